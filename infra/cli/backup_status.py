"""`govnet backup status`: how every copy stands, by what machines wrote of their runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from infra import stackfiles
from infra.backups.plan import span
from infra.backups.sent import Sent, sent, unsent
from infra.backups.status import Standing, standings
from infra.blueprint.planned import RestorePlan
from infra.blueprint.types import Blueprint
from infra.cli.bastions import stand
from infra.cli.findings import sound_blueprint
from infra.cli.progress import progress
from infra.collecting import collect, folder
from infra.engine import ROOT
from infra.errors import Exit, UsageError
from infra.findings import Verdict
from infra.hostaccess import reach
from infra.inventory import inventory
from infra.inventory.access import made
from infra.reading.words import nearest
from infra.report.verification import worst

_SIGNS = {Verdict.OK: ("✓", "green"), Verdict.VIOLATED: ("✗", "red"), Verdict.UNCHECKED: ("?", "yellow")}


def status(
    wanted: Annotated[str, typer.Argument(metavar="[站点]", help="不写则为全部站点")] = "",
) -> None:
    """每份副本的最近一次成功、大小、数据距今多久（对 RPO）、最近一次检查和演练；同时把内容清单收存到本机。

    退出码：0 都在 RPO 之内；3 有的无法检查；4 有的过期、失败过或损坏。
    """
    blueprint = sound_blueprint()
    copies = chosen(blueprint, wanted)
    if not copies:
        typer.echo("没有可查的副本：这些站点没有部署 platform 层，或者没有存数据的主机。")
        raise typer.Exit(Exit.UNCHECKED)
    with progress() as steps, steps.step("读备份记录"):
        rows = judged(blueprint, copies, folder(ROOT))
    Console().print(table(rows))
    for site in blueprint.sites:
        if site.id in {row.site.id for row in copies} and (count := unsent(site, made(blueprint))):
            typer.echo(f"{site.id} 另有 {count} 份计划中的副本还没有主机存放，见 govnet backup plan {site.id}。")
    raise typer.Exit(verdict_of(worst(row.verdict for row in rows)))


def chosen(blueprint: Blueprint, wanted: str) -> tuple[Sent, ...]:
    """The copies of a site's machines (of all for no word) that are deployed. Raises `UsageError` for a word that is no site."""
    known = [site.id for site in blueprint.sites]
    if wanted and wanted not in known:
        raise UsageError(f"没有站点 {wanted}", f"最接近的是：{nearest(wanted, known)}")
    deployed = stackfiles.sites_with_machines(ROOT)
    rows = sent((site, row) for site, row in made(blueprint) if site.id in deployed)
    return tuple(row for row in rows if wanted in ("", row.site.id))


def judged(blueprint: Blueprint, copies: Sequence[Sent], home: Path) -> tuple[Standing, ...]:
    """Ask every machine that sends or keeps one of these copies."""
    stand(blueprint)
    told = inventory(blueprint, reach(ROOT, blueprint))["_meta"]["hostvars"]
    names = sorted({machine.name for row in copies for machine in (row.source, row.sender, row.keeper)})
    return standings(copies, collect({name: told[name] for name in names}, home), datetime.now(UTC))


def table(rows: Sequence[Standing]) -> Table:
    """One row a copy."""
    shown = Table(title="备份情况")
    for header in ("", "对象与副本", "最近成功", "距今\nRPO", "最近演练", "说明"):
        shown.add_column(header, overflow="fold")
    for row in rows:
        sign, style = _SIGNS[row.verdict]
        source, job, copy, last = row.sent.source, row.sent.job, row.sent.copy, row.last
        shown.add_row(
            f"[{style}]{sign}[/{style}]",
            f"{source.site} {source.id}\n{'异地' if copy.offsite else '本地'} {copy.site}",
            f"{last.ended.astimezone():%m-%d %H:%M}\n{last.files} 个文件\n{size(last.bytes)}" if last else "无",
            f"{'未知' if row.age_minutes is None else span(row.age_minutes)}\n{span(job.rpo_minutes)}",
            drilled(job.restored),
            row.reason,
        )
    return shown


def drilled(last: RestorePlan | None) -> str:
    """When a restore was last tried, and whether it brought back what had been saved."""
    if last is None:
        return "没有过"
    return f"{last.tested}{'' if last.equal else ' 不一致'}{'（示例）' if last.example else ''}"


def size(count: int) -> str:
    """Bytes in the largest unit of which there is one."""
    value, units = float(count), ["B", "KiB", "MiB", "GiB", "TiB"]
    while value >= 1024 and len(units) > 1:
        value, units = value / 1024, units[1:]
    return f"{value:.0f} {units[0]}" if units[0] == "B" else f"{value:.1f} {units[0]}"


def verdict_of(found: Verdict) -> Exit:
    """As exit code: 0 good, 4 bad, 3 not known."""
    return {Verdict.OK: Exit.OK, Verdict.VIOLATED: Exit.VIOLATIONS}.get(found, Exit.UNCHECKED)
