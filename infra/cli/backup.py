"""`govnet backup`: what is kept of whom, where and how often."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from infra.backups.plan import Planned, jobs_of, lost, names, often, span
from infra.blueprint.load import load
from infra.blueprint.types import Blueprint
from infra.cli.findings import fail_if_any
from infra.engine import ROOT
from infra.errors import UsageError
from infra.model.enums import Takes
from infra.reading.words import nearest

backup_app = typer.Typer(help="备份：每样有状态的东西，副本在哪里、多久一次、最多丢多少。", no_args_is_help=True)

_TAKES = {row.value: row.label for row in Takes}


@backup_app.command("plan")
def plan(
    wanted: Annotated[str, typer.Argument(metavar="[站点|平台|租户]", help="不写则每个站点一行")] = "",
    estate_dir: Annotated[Path, typer.Option("--estate", help="estate 文件夹")] = ROOT / "estate",
) -> None:
    """由声明推导的备份任务：取什么、等保级别、RPO 与 RTO、每份副本的去处、频率、保留和能不能送到。"""
    loaded = load(estate_dir)
    if loaded.blueprint is None:
        fail_if_any(loaded.findings)
        raise UsageError(f"读不出 {estate_dir}", "先运行 govnet check")
    if not wanted:
        Console().print(overview(loaded.blueprint))
        return
    rows = jobs_of(loaded.blueprint, wanted)
    if not rows:
        known = f"最接近的是：{nearest(wanted, names(loaded.blueprint))}"
        dataless = wanted in _services(loaded.blueprint)
        raise UsageError(f"{wanted} 没有备份任务", "这个平台不存数据，由声明重建" if dataless else known)
    Console().print(table(loaded.blueprint, rows))


def overview(blueprint: Blueprint) -> Table:
    """One row a site."""
    shown = Table("站点", "任务", "副本", "其中异地", "异地存放在", "送不到", title="备份计划")
    for site in blueprint.sites:
        copies = [copy for job in site.backups for copy in job.copies]
        elsewhere = [copy for copy in copies if copy.offsite]
        reasons = [reason for job in site.backups for _, reason in lost(blueprint, Planned(site, job))]
        shown.add_row(
            f"{site.id} {site.title}",
            str(len(site.backups)),
            str(len(copies)),
            str(len(elsewhere)),
            "、".join(sorted({copy.site for copy in elsewhere})),
            "\n".join(f"{reason} {reasons.count(reason)}" for reason in sorted(set(reasons))),
        )
    return shown


def table(blueprint: Blueprint, rows: tuple[Planned, ...]) -> Table:
    """One row a job, one line a copy."""
    shown = Table(title="备份任务")
    for header in ("对象", "要求", "副本：频率，保留"):
        shown.add_column(header, overflow="fold")
    for row in rows:
        job, reasons = row.job, dict(lost(blueprint, row))
        shown.add_row(
            f"{job.source}\n{row.site.id} {_TAKES[job.takes]}",
            f"{job.mlps_level} 级\nRPO {span(job.rpo_minutes)}\nRTO {span(job.rto_minutes)}",
            "\n".join(
                f"{'异地' if copy.offsite else '本地'} {copy.site} {often(copy)}，{copy.keep_days} 天"
                + (f"\n     {reasons[copy]}" if copy in reasons else "")
                for copy in job.copies
            ),
        )
    return shown


def _services(blueprint: Blueprint) -> frozenset[str]:
    return frozenset(service.id for site in blueprint.sites for service in site.services)
