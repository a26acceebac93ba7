"""`govnet backup prune`: what the plan keeps no longer, removed where it is kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from infra.backups import journal
from infra.backups.journal import Journal
from infra.backups.retention import Sorted, sort
from infra.backups.sent import Sent
from infra.blueprint.load import Loaded, load
from infra.blueprint.types import Blueprint
from infra.cli.backup_status import chosen
from infra.cli.bastions import stand
from infra.cli.findings import sound_blueprint
from infra.cli.progress import progress
from infra.collecting import collect, folder
from infra.engine import ROOT
from infra.errors import Exit, ProbeError
from infra.hostaccess import reach
from infra.inventory import inventory
from infra.inventory.backup import repository_key
from infra.pruning import listed, remove


@dataclass
class Row:
    """A copy and what is to become of it; `problem` says why nothing can be said, or why it was not done."""

    sent: Sent
    sorted: Sorted | None = None
    removed: bool = False
    problem: str = ""


def prune(
    wanted: Annotated[str, typer.Argument(metavar="[站点]", help="谁的副本；不写则为全部站点")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="真的删；不写只说会删什么")] = False,
) -> None:
    """超过保留期的副本由保管方清理：来源的账号只能增加，删不了；仓库的口令由本机带去，做完即走。

    不删：未满保留期的、最新的、最近一次成功的、最近一次演练过的、来源站点还存着的。删前删后都检查仓库，期间停收副本，记入备份记录。
    退出码：0 完成或只是看看；3 有的仓库问不到或没有删成。
    """
    blueprint = sound_blueprint()
    copies = sorted(chosen(blueprint, wanted), key=lambda row: (row.source.name, not row.local))
    if not copies:
        typer.echo("没有可清理的副本：这些站点没有部署 platform 层，或者没有存数据的主机。")
        raise typer.Exit(Exit.UNCHECKED)
    rows = [Row(copy) for copy in copies]
    stand(blueprint)
    with progress() as steps:
        with steps.step("列出各处的副本"):
            _judge(rows, blueprint, load(ROOT / "estate"))
        for row in rows if yes else ():
            if row.sorted and row.sorted.goes:
                with steps.step(f"清理 {row.sent.keeper.name} 的 {row.sent.source.name}") as step:
                    _remove(row, blueprint)
                    if row.problem:
                        step.fail()
    Console().print(table(rows, yes=yes))
    if not yes and any(row.sorted and row.sorted.goes for row in rows):
        typer.echo("什么也没有删。确实要删，请加 --yes。")
    raise typer.Exit(Exit.UNCHECKED if any(row.problem for row in rows) else Exit.OK)


def _told(blueprint: Blueprint) -> tuple[Mapping[str, Any], Any]:
    way = reach(ROOT, blueprint)
    return inventory(blueprint, way)["_meta"]["hostvars"], way


def _judge(rows: Collection[Row], blueprint: Blueprint, loaded: Loaded) -> None:
    """What may go of each copy. A site that carries copies on comes before those that take them from it."""
    told, way = _told(blueprint)
    journals = collect({row.sent.source.name: told[row.sent.source.name] for row in rows}, folder(ROOT))
    at_home: dict[str, frozenset[str]] = {}
    for row in rows:
        sent, source = row.sent, row.sent.source.name
        if not sent.local and source not in at_home:
            row.problem = "不知道来源站点还存着哪些，不能删"
            continue
        try:
            found = listed(sent, told[sent.keeper.name], repository_key(way.keys, sent))
        except ProbeError as problem:
            row.problem = problem.message
            continue
        row.sorted = sort(
            found,
            datetime.now(UTC),
            sent.copy.keep_days,
            good=good(journals[source]),
            drilled=drilled(loaded, sent),
            elsewhere=at_home.get(source, frozenset()),
        )
        if sent.local:
            at_home[source] = frozenset(row.sorted.kept)


def good(written: Journal) -> frozenset[str]:
    """Snapshots that their source says it took whole."""
    return frozenset(row.snapshot for row in written.records if row.kind == journal.COPY and row.good)


def drilled(loaded: Loaded, sent: Sent) -> frozenset[str]:
    """Snapshots that a drill brought back equal."""
    assert loaded.estate is not None
    drills = loaded.estate.sites[sent.site.id].drills
    return frozenset(row.measured.snapshot for row in drills if row.measured is not None and row.equal)


def _remove(row: Row, blueprint: Blueprint) -> None:
    assert row.sorted is not None
    told, way = _told(blueprint)
    try:
        remove(row.sent, told[row.sent.keeper.name], repository_key(way.keys, row.sent), row.sorted.goes)
        row.removed = True
    except ProbeError as problem:
        row.problem = problem.message


def table(rows: Collection[Row], *, yes: bool) -> Table:
    """One row a copy."""
    shown = Table(title="清理副本")
    for header in ("对象与副本", "保留", "留下", "已删" if yes else "可删", "说明"):
        shown.add_column(header, overflow="fold")
    for row in rows:
        goes = row.sorted.goes if row.sorted else ()
        count = str(len(goes)) if row.removed or not yes or not goes else "0"
        shown.add_row(
            f"{row.sent.source.site} {row.sent.source.id}\n{'异地' if row.sent.copy.offsite else '本地'} {row.sent.copy.site}",
            f"{row.sent.copy.keep_days} 天",
            str(len(row.sorted.kept)) if row.sorted else "?",
            count if row.sorted else "?",
            row.problem or "\n".join(f"{snapshot.moment:%Y-%m-%d} {snapshot.id[:8]}" for snapshot in goes[:5]),
        )
    return shown
