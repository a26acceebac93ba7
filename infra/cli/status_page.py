"""`govnet status-page`: how everything stands, as one page for people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from infra import stackfiles
from infra.asking import keepers, monitors
from infra.backups.status import standings
from infra.blueprint.canonical import digest
from infra.blueprint.planned import HostPlan
from infra.blueprint.types import Blueprint, SitePlan
from infra.cli import acts
from infra.cli.backup_status import chosen, judged
from infra.cli.bastions import stand
from infra.cli.findings import sound_blueprint
from infra.cli.progress import Progress, progress
from infra.collecting import folder
from infra.engine import ROOT
from infra.errors import Exit, GovnetError
from infra.files import write_whole
from infra.hostaccess import host_variables
from infra.inventory.access import made
from infra.model.enums import Capability
from infra.statuspage.answers import Answer
from infra.statuspage.compose import Known, compose
from infra.statuspage.page import WORDS, page
from infra.statuspage.status import LogChain, Sign, Source

Machines = tuple[tuple[SitePlan, HostPlan], ...]

_EXITS = {Sign.GOOD: Exit.OK, Sign.UNKNOWN: Exit.UNCHECKED}


def status_page(
    out: Annotated[Path, typer.Option("--out", help="写进这个文件夹，文件名 index.html")] = ROOT / ".govnet" / "status",
) -> None:
    """向各站点的监测、备份和日志机取实况，写成一页静态网页：各站点、告警、备份、可用性、数据时效、日志留存。不需要联网，不引用外部文件。

    没有读到的写“未知”。退出码：0 全部正常；3 有未知的；4 有不正常的。
    """
    blueprint, now = sound_blueprint(), datetime.now(UTC)
    machines = deployed(blueprint)
    with progress() as steps:
        known = ask(blueprint, machines, now, steps)
    found = compose(blueprint, digest(blueprint), known, now)
    file = out / "index.html"
    write_whole(file, page(found))
    typer.echo(
        f"{WORDS[found.sign][1]}：告警 {len(found.troubles)} 项，不合要求 {found.amiss} 项，未知 {found.unknown} 项"
    )
    typer.echo(f"已写 {file}")
    raise typer.Exit(_EXITS.get(found.sign, Exit.VIOLATIONS))


def deployed(blueprint: Blueprint) -> Machines:
    """The machines that this cloud makes."""
    sites = stackfiles.sites_with_machines(ROOT)
    return tuple((site, row) for site, row in made(blueprint) if site.id in sites)


def ask(blueprint: Blueprint, machines: Machines, now: datetime, steps: Progress) -> Known:
    """Everything that can be known. What stops us from asking at all is the answer of all."""
    copies = chosen(blueprint, "")
    try:
        with steps.step("站上堡垒机"):
            stand(blueprint)
            told = host_variables(ROOT, blueprint)
        with steps.step("读监测"):
            answers = monitors(
                {
                    site.id: (told[row.name], told[row.name]["monitoring_address"])
                    for site, row in _of(machines, Capability.MONITORING)
                },
                now,
            )
        with steps.step("读备份记录"):
            rows = judged(copies, told, folder(ROOT), now)
        with steps.step("读日志核对记录"):
            logs = keepers({row.name: (told[row.name], site.title) for site, row in _of(machines, Capability.LOGGING)})
        return Known(machines, answers, rows, Source("备份记录", now if copies else None), logs, acts.head())
    except GovnetError as problem:
        silent = {site.id: Answer(problem=problem.message) for site, _ in machines}
        unread = standings(copies, {}, now)
        return Known(
            machines, silent, unread, Source("备份记录", None, problem.message), _unasked(machines, problem.message)
        )


def _unasked(machines: Machines, problem: str) -> tuple[LogChain, ...]:
    return tuple(
        LogChain(Sign.UNKNOWN, site.title, row.name, None, problem) for site, row in _of(machines, Capability.LOGGING)
    )


def _of(machines: Machines, capability: Capability) -> Iterator[tuple[SitePlan, HostPlan]]:
    return ((site, row) for site, row in machines if row.capability == capability)
