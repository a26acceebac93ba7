"""`govnet backup keep` and `fetch`: deployment state and declarations go to the machine whose copies take them along, and come back."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from infra import stackfiles
from infra.backups.deployment import holder
from infra.backups.sent import Sent, sent
from infra.blueprint.types import Blueprint, SitePlan
from infra.cli.bastions import standing
from infra.cli.findings import sound_blueprint
from infra.cli.progress import Progress, progress
from infra.engine import ROOT
from infra.errors import Exit, UsageError
from infra.hostaccess import host_variables, reach
from infra.inventory.access import made
from infra.inventory.backup import repository_key
from infra.keeping import fetch as fetch_from
from infra.keeping import fetch_copy, hand, known
from infra.reading.words import nearest
from infra.remote import Variables
from infra.workspace import Workspace


def keep(
    wanted: Annotated[str, typer.Argument(metavar="[站点]", help="不写则为全部站点")] = "",
) -> None:
    """把部署状态（省级还有声明）交存到站点的监测主机，随它的副本存放到备份主机和异地；重复交存，换成最新的。

    govnet configure 结束时也做这件事。状态里的机密仍由站点口令加密，口令不交存。
    退出码：0 已交存；3 没有做成。
    """
    blueprint = sound_blueprint()
    sites = holding(blueprint, wanted)
    if not sites:
        typer.echo("没有可交存的主机：这些站点没有部署 platform 层，或者没有监测主机。")
        raise typer.Exit(Exit.UNCHECKED)
    with standing(blueprint), progress() as steps:
        for site, count in handed(sites, host_variables(ROOT, blueprint), steps).items():
            typer.echo(f"{site}：交存 {count} 个文件。")


def fetch(
    site: Annotated[str, typer.Argument(metavar="站点", help="谁交存的")],
    out: Annotated[Path, typer.Option("--out", help="写进这个文件夹，须不存在")],
    place: Annotated[str, typer.Option("--from", metavar="站点", help="从哪个站点的备份主机取；不写则从监测主机")] = "",
) -> None:
    """取回站点交存的部署状态（省级还有声明），写进新文件夹；之后用 pulumi stack import 导入。

    监测主机也没有了的，--from 从存放副本的备份主机取最新的一份，仓库的口令由本机带去，做完即走。

    退出码：0 已取回；3 没有做成。
    """
    blueprint = sound_blueprint()
    if out.exists():
        raise UsageError(f"{out} 已经存在", "换一个还没有的文件夹，什么都不会被覆盖。")
    sites = holding(blueprint, site)
    if not sites:
        raise UsageError(f"{site} 没有交存的主机", "这个站点没有部署 platform 层，或者没有监测主机。")
    found = sites[0]
    copy = copy_at(blueprint, found, place) if place else None
    told = host_variables(ROOT, blueprint)
    with standing(blueprint), progress() as steps, steps.step(f"取回 {site} 交存的内容"):
        if copy is None:
            count = fetch_from(told[holder_name(found)], out)
        else:
            key = repository_key(reach(ROOT, blueprint).keys, copy)
            count = fetch_copy(copy, told[copy.keeper.name], key, out)
    if not count:
        typer.echo(f"{site} 还没有交存过：govnet backup keep {site}")
        raise typer.Exit(Exit.UNCHECKED)
    typer.echo(
        f"{count} 个文件已写到 {out}。导入一个栈：pulumi stack import --stack 栈 --file {out}/deployment_state/栈.json"
    )


def copy_at(blueprint: Blueprint, site: SitePlan, place: str) -> Sent:
    """The copy of the site's keeper that stands at a place. Raises `UsageError` when there is none."""
    rows = {row.copy.site: row for row in sent(made(blueprint)) if row.source == holder(site)}
    if place not in rows:
        raise UsageError(f"{place} 没有存放 {site.id} 交存的内容", f"存放着的有：{'、'.join(rows)}")
    return rows[place]


def handed(sites: Iterable[SitePlan], told: Mapping[str, Variables], steps: Progress) -> dict[str, int]:
    """Hand over what is known of these sites: how many files, by site."""
    workspace, counts = Workspace.open(ROOT, os.environ), {}
    for site in sites:
        with steps.step(f"交存 {site.id} 的部署状态"):
            knowledge = known(workspace, ROOT, site)
            hand(told[holder_name(site)], knowledge)
            counts[site.id] = sum(map(len, knowledge.values()))
    return counts


def holding(blueprint: Blueprint, wanted: str = "") -> tuple[SitePlan, ...]:
    """The deployed sites (of this word; all for none) that have a machine to keep it. Raises `UsageError` for a word that is no site."""
    sites = {site.id: site for site in blueprint.sites}
    if wanted and wanted not in sites:
        raise UsageError(f"没有站点 {wanted}", f"最接近的是：{nearest(wanted, list(sites))}")
    deployed = stackfiles.sites_with_machines(ROOT)
    return tuple(row for row in sites.values() if row.id in deployed and wanted in ("", row.id) and holder(row))


def holder_name(site: SitePlan) -> str:
    """The name of the machine that keeps it."""
    found = holder(site)
    assert found is not None, "only sites that have one are asked"
    return found.name
