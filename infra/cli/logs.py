"""`govnet logs`: whether what machines said is kept, whole, and for how long already."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from infra import keys, stackfiles
from infra.blueprint.types import Blueprint
from infra.cli.backup_status import verdict_of
from infra.cli.bastions import stand
from infra.cli.findings import sound_blueprint
from infra.cli.progress import progress
from infra.engine import ROOT
from infra.errors import Exit, UsageError
from infra.findings import Verdict
from infra.hostaccess import reach
from infra.inventory import inventory
from infra.inventory.logging import keepers
from infra.logkeeping import ask, folder, remember, seen
from infra.logs.standing import Standing, standing
from infra.reading.words import nearest
from infra.report.verification import worst

logs_app = typer.Typer(help="日志：集中留存的日志是不是完整，从哪天起，有多少行，谁核对过。", no_args_is_help=True)

_SIGNS = {Verdict.OK: ("✓", "green"), Verdict.VIOLATED: ("✗", "red"), Verdict.UNCHECKED: ("?", "yellow")}


@logs_app.callback()
def logs() -> None:
    """A group, although it has one command so far: `govnet logs verify`."""


@logs_app.command("verify")
def verify(wanted: Annotated[str, typer.Argument(metavar="[站点]", help="不写则为全部站点")] = "") -> None:
    """逐字节核对日志与签名的链：改过、删去、插入、截短、不到期就删的都查得出；链只许比上次见到的更长。

    退出码：0 完整；3 有的无法核对；4 有的不完整。
    """
    blueprint = sound_blueprint()
    known = [site.id for site in blueprint.sites]
    if wanted and wanted not in known:
        raise UsageError(f"没有站点 {wanted}", f"最接近的是：{nearest(wanted, known)}")
    deployed = stackfiles.sites_with_machines(ROOT)
    asked = [row for site, row in keepers(blueprint) if site.id in deployed and wanted in ("", site.id)]
    if not asked:
        typer.echo("没有可核对的日志：这些站点没有部署 platform 层，或者没有日志主机。")
        raise typer.Exit(Exit.UNCHECKED)
    with progress() as steps, steps.step(f"核对 {len(asked)} 台日志主机"):
        rows = standings(blueprint, [(row.site, row.name) for row in asked])
    Console().print(table(rows))
    for row in rows:
        for problem in row.problems:
            typer.echo(f"{row.keeper}：{problem}", err=True)
    raise typer.Exit(verdict_of(worst(row.verdict for row in rows)))


def standings(blueprint: Blueprint, asked: Sequence[tuple[str, str]]) -> tuple[Standing, ...]:
    """Every keeper (site, machine), all at once; a chain that is believed is remembered."""
    stand(blueprint)
    found = reach(ROOT, blueprint)
    told = inventory(blueprint, found)["_meta"]["hostvars"]

    def of(keeper: tuple[str, str]) -> Standing:
        site, name = keeper
        heard = ask(told[name], getpass.getuser())
        row = standing(name, heard, seen(folder(ROOT), name), keys.host(found.keys, site, name).public)
        if row.verdict is Verdict.OK:
            remember(folder(ROOT), name, heard.chain)
        return row

    with ThreadPoolExecutor(max_workers=len(asked)) as pool:
        return tuple(pool.map(of, asked))


def table(rows: Sequence[Standing]) -> Table:
    """One row a keeper."""
    shown = Table(title="日志留存")
    for header in ("", "日志主机", "留存自", "主机\n文件", "行数", "最近封存", "上次核对"):
        shown.add_column(header, overflow="fold")
    for row in rows:
        sign, style = _SIGNS[row.verdict]
        shown.add_row(
            f"[{style}]{sign}[/{style}]",
            row.keeper,
            row.since or "无",
            f"{row.machines}\n{row.files}",
            str(row.lines),
            f"{row.sealed or '无'}\n第 {row.links} 环",
            row.checked or "没有过",
        )
    return shown
