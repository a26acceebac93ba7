"""`govnet availability`: how much of a month, and of a year, services answered."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from infra.availability import as_json, as_table, month_of
from infra.blueprint.canonical import digest
from infra.cli.findings import sound_blueprint
from infra.cli.progress import progress
from infra.cli.status_page import ask, deployed
from infra.clock import in_china
from infra.engine import ROOT
from infra.errors import Exit, UsageError
from infra.files import write_whole
from infra.statuspage.compose import services

Folder = Annotated[Path, typer.Option("--out", help="记录所在的文件夹")]
RECORDS = ROOT / ".govnet" / "availability"

availability_app = typer.Typer(help="可用性记录：对照 7×24 小时，供年度评价。", no_args_is_help=True)


@availability_app.command("record")
def record(
    wanted: Annotated[str, typer.Argument(metavar="[年-月]", help="例如 2026-11；不写则为本月至今")] = "",
    out: Folder = RECORDS,
) -> None:
    """从各站点的监测取一个月逐分钟的应答，写成 <年-月>.json：每项服务经过、观测、中断的分钟数和每次中断。

    没有观测到的分钟不算可用，也不算中断。退出码：0 都有观测；3 有的没有。
    """
    blueprint, now = sound_blueprint(), datetime.now(UTC)
    machines, until = deployed(blueprint), last_moment(wanted, now)
    with progress() as steps:
        known = ask(blueprint, machines, until, steps)
    rows = tuple(services(machines, known.answers, until))
    month = f"{in_china(until):%Y-%m}"
    file = out / f"{month}.json"
    write_whole(file, as_json(month, now, digest(blueprint), rows))
    for row in rows:
        percent = "未知" if row.percent is None else f"{row.percent:.3f}%"
        seen = f"观测 {row.seen_minutes}/{row.elapsed_minutes} 分钟"
        typer.echo(f"{row.site}\t{row.service}\t{percent}\t中断 {row.down_minutes} 分钟 {len(row.outages)} 次\t{seen}")
    typer.echo(f"已写 {file}")
    raise typer.Exit(Exit.OK if rows and all(row.seen_minutes for row in rows) else Exit.UNCHECKED)


def last_moment(month: str, now: datetime) -> datetime:
    """The last second of a month, by the clocks of the province; of one that is not over, or of none: now. Raises `UsageError`."""
    if not month:
        return now
    try:
        first = in_china(now).replace(year=int(month[:4]), month=int(month[5:]), day=1)
        if f"{first:%Y-%m}" != month or month_of(first)[0] > now:
            raise ValueError(month)
    except ValueError:
        raise UsageError(f"不是已经开始的月份：{month}", f"写成 {in_china(now):%Y-%m}") from None
    return min(now, month_of(first)[1] - timedelta(seconds=1))


@availability_app.command("year")
def year(
    wanted: Annotated[str, typer.Argument(metavar="年", help="例如 2026")],
    out: Folder = RECORDS,
) -> None:
    """把一年各月的记录汇成一张 CSV 表，供年度评价；缺的月份逐个说明。"""
    if not re.fullmatch(r"20[0-9]{2}", wanted):
        raise UsageError(f"不是年份：{wanted}", "写成 2026")
    months = [out / f"{wanted}-{number:02}.json" for number in range(1, 13)]
    found = [file for file in months if file.exists()]
    if not found:
        raise UsageError(f"{out} 里没有 {wanted} 年的记录", "先运行 govnet availability record")
    file = out / f"{wanted}.csv"
    write_whole(file, as_table(path.read_text(encoding="utf-8") for path in found))
    if lacking := [path.stem for path in months if path not in found]:
        typer.echo(f"没有记录的月份：{'、'.join(lacking)}")
    typer.echo(f"已写 {file}，{len(found)} 个月")
