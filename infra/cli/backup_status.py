"""`govnet backup status`: how every copy stands, by what machines wrote of their runs."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from infra import stackfiles
from infra.backups.deployment import carried, standing
from infra.backups.manifest import Manifest, kept
from infra.backups.plan import span
from infra.backups.sent import Sent, sent, unsent
from infra.backups.status import Standing, standings
from infra.blueprint.planned import RestorePlan
from infra.blueprint.types import Blueprint
from infra.cli.bastions import stand
from infra.cli.findings import sound_blueprint
from infra.cli.progress import progress
from infra.collecting import collect, folder
from infra.drilling import listed
from infra.engine import ROOT
from infra.errors import Exit, UsageError
from infra.findings import Verdict
from infra.hostaccess import host_variables
from infra.inventory.access import made
from infra.keeping import known, look
from infra.reading.words import nearest
from infra.remote import Variables
from infra.report.verification import worst
from infra.workspace import Workspace

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
        rows = asked(blueprint, copies)
    Console().print(table(rows))
    for site in blueprint.sites:
        if site.id in {row.site.id for row in copies} and (count := unsent(site, copies)):
            typer.echo(f"{site.id} 另有 {count} 份计划中的副本还没有主机存放，见 govnet backup plan {site.id}。")
    raise typer.Exit(verdict_of(worst(row.verdict for row in rows)))


def chosen(blueprint: Blueprint, wanted: str) -> tuple[Sent, ...]:
    """The copies of a deployed site's machines (of all for no word), and what they carry along. Raises `UsageError` for a word that is no site."""
    known = [site.id for site in blueprint.sites]
    if wanted and wanted not in known:
        raise UsageError(f"没有站点 {wanted}", f"最接近的是：{nearest(wanted, known)}")
    deployed = stackfiles.sites_with_machines(ROOT)
    rows = tuple(sent((site, row) for site, row in made(blueprint) if site.id in deployed))
    return tuple(row for row in (*rows, *carried(rows)) if wanted in ("", row.site.id))


def asked(blueprint: Blueprint, copies: Sequence[Sent]) -> tuple[Standing, ...]:
    """Stand on the bastions, and ask every machine that sends or keeps one of these copies."""
    stand(blueprint)
    told = host_variables(ROOT, blueprint)
    return judged(copies, told, folder(ROOT), datetime.now(UTC))


def judged(copies: Sequence[Sent], told: Mapping[str, Variables], home: Path, now: datetime) -> tuple[Standing, ...]:
    """How these copies stand, by what their machines say: those that a machine carries along, also by what is known here."""
    names = sorted({machine.name for row in copies for machine in (row.source, row.sender, row.keeper)})
    rows = standings(copies, collect({name: told[name] for name in names}, home), now)
    holding = {row.site.id: row for row in copies if row.job.source != row.source.id}
    held = {name: look(told[row.source.name]) for name, row in holding.items()}
    here = {name: known(Workspace.open(ROOT, os.environ), ROOT, row.site) for name, row in holding.items()}
    return tuple(
        standing(row, here[site][row.sent.job.source], held[site], saved(row, home), now)
        if (site := row.sent.site.id) in here and row.sent.job.source in here[site]
        else row
        for row in rows
    )


def saved(row: Standing, home: Path) -> Manifest | None:
    """The list of contents of the last good copy."""
    return listed(kept(home, row.sent.source.name, row.last.snapshot)) if row.last else None


def table(rows: Sequence[Standing]) -> Table:
    """One row a copy."""
    shown = Table(title="备份情况")
    for header in ("", "对象与副本", "最近成功", "距今\nRPO", "最近演练", "说明"):
        shown.add_column(header, overflow="fold")
    for row in rows:
        sign, style = _SIGNS[row.verdict]
        job, copy, last = row.sent.job, row.sent.copy, row.last
        shown.add_row(
            f"[{style}]{sign}[/{style}]",
            f"{row.sent.site.id} {job.source}\n{'异地' if copy.offsite else '本地'} {copy.site}",
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
