"""`govnet backup restore`: a machine's data, back in their place."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from infra import restoring, stackfiles
from infra.backups.drill import Tried
from infra.backups.plan import span
from infra.backups.sent import Sent, sent
from infra.blueprint.types import Blueprint
from infra.cli.bastions import standing
from infra.cli.findings import sound_blueprint
from infra.cli.progress import progress
from infra.collecting import collect, folder
from infra.engine import ROOT
from infra.errors import Exit, UsageError
from infra.hostaccess import host_variables
from infra.inventory.access import made
from infra.reading.words import nearest
from infra.remote import Variables


def restore(
    host: Annotated[str, typer.Argument(metavar="主机", help="谁的数据；主机须已建好并配置")],
    site: Annotated[str, typer.Option("--from", metavar="站点", help="用哪个站点存放的副本；不写则用本站点的")] = "",
    unlisted: Annotated[bool, typer.Option("--unlisted", help="清单没有收存过，也恢复：只有仓库自己的校验")] = False,
    afresh: Annotated[bool, typer.Option("--afresh", help="原有数据不要了，从头备份；旧副本仍在")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="不再询问")] = False,
) -> None:
    """用最新的副本恢复一台主机的数据：先取出、与收存的清单逐个文件比对，一致才停服务、换上、再启动；原有数据移到一旁，不删。

    新建的主机在恢复之前不备份。退出码：0 已恢复，或已重新开始；3 取不到副本，没有清单可比，或主机登录不上（什么也没有换）；
    4 与清单不一致（什么也没有换）。
    """
    if afresh and (site or unlisted):
        raise UsageError("--afresh 不用任何副本，不能与 --from、--unlisted 同用。", "要恢复，去掉 --afresh。")
    blueprint = sound_blueprint()
    copy = found(blueprint, host, site)
    if afresh:
        agreed(f"{host} 原有的数据将不再恢复，从现在起备份它现有的数据", yes=yes)
    else:
        agreed(f"将用 {copy.copy.site} 的副本换掉 {host} 现有的数据", yes=yes)
    told = host_variables(ROOT, blueprint)
    if afresh:
        begin_afresh(blueprint, host, told[host])
        return
    lists = folder(ROOT)
    with standing(blueprint), progress() as steps:
        with steps.step("收存内容清单"):
            collect({host: told[host]}, lists)
        with steps.step(f"取出 {copy.copy.site} 的副本并比对") as step:
            tried = restoring.lay(copy, told, lists)
            if refused := reason(tried, unlisted=unlisted):
                step.fail()
        if refused:
            typer.echo(f"没有恢复，什么也没有换：{refused}")
            raise typer.Exit(Exit.UNCHECKED if tried.unchecked else Exit.VIOLATIONS)
        with steps.step(f"停服务、换上、启动 {host}") as step:
            placed, said = restoring.place(tried, told, lists)
            if not placed:
                step.fail()
    if not placed:
        typer.echo(f"没有换成：{said}")
        raise typer.Exit(Exit.UNCHECKED)
    checked = f"{tried.told}与清单一致" if tried.compared else "没有清单可比，只经仓库自己的校验"
    age = f"，数据截至 {span(tried.lost_minutes)}前" if tried.compared else ""
    typer.echo(f"{host} 已恢复到副本 {tried.snapshot[:8]}：{checked}{age}。原有数据在该主机的 {said}，确认无误后可删。")


def agreed(consequence: str, *, yes: bool) -> None:
    """Go on only if whoever ordered it agrees. Raises `UsageError` where nobody can be asked."""
    if not yes:
        if not sys.stdin.isatty():
            raise UsageError(f"{consequence}：需要确认，但这里没有终端可问。", "确实要这样，请加 --yes。")
        typer.confirm(f"{consequence}。继续吗？", abort=True)


def begin_afresh(blueprint: Blueprint, host: str, told: Variables) -> None:
    """Let a machine that waits for its data go on without them, and say so."""
    with standing(blueprint), progress() as steps, steps.step(f"不再等待 {host} 的原有数据") as step:
        waited, problem = restoring.afresh(host, told)
        if problem:
            step.fail()
    if problem:
        typer.echo(f"没有做成：{problem}")
        raise typer.Exit(Exit.UNCHECKED)
    now = "不再等待原有数据，从现在起重新备份；旧副本仍在" if waited else "本来就没有等待恢复，什么也没有改"
    typer.echo(f"{host} {now}。")


def reason(tried: Tried, *, unlisted: bool) -> str:
    """Why what was laid out must not take the place of what is there, else ''. RPO and RTO that were missed are no reason."""
    if tried.equal or (unlisted and tried.unchecked and tried.snapshot):
        return ""
    return tried.reason if tried.compared is None else "；".join(tried.faults())


def found(blueprint: Blueprint, host: str, site: str) -> Sent:
    """The copy of a deployed machine that a site keeps, its own site's for no word. Raises `UsageError` when there is none."""
    deployed = stackfiles.sites_with_machines(ROOT)
    copies = [row for row in sent(made(blueprint)) if row.site.id in deployed]
    of_host = {row.copy.site: row for row in copies if row.source.name == host}
    if not of_host:
        known = sorted({row.source.name for row in copies})
        raise UsageError(f"没有存数据的主机 {host}", f"最接近的是：{nearest(host, known)}")
    wanted = site or next(row.site.id for row in of_host.values())
    if wanted not in of_host:
        raise UsageError(f"{wanted} 没有存放 {host} 的副本", f"存放着的有：{'、'.join(of_host)}")
    return of_host[wanted]
