"""`govnet check`: everything that can be said about the estate without any cloud."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from infra.blueprint.load import load
from infra.cli.day import Day, chosen
from infra.cli.findings import close, show
from infra.cli.reasons import reasons
from infra.cli.revisions import base_at, base_in, fork
from infra.engine import ROOT
from infra.errors import Exit
from policies.evaluate import judge
from policies.rule import Base
from policies.tally import seal_changes


def check(
    estate_dir: Annotated[Path, typer.Option("--estate", help="estate 文件夹")] = ROOT / "estate",
    explain: Annotated[
        bool, typer.Option("--explain", help="每处问题附上来历：声明在哪里、推导出什么、条文原文、谁能批例外")
    ] = False,
    base: Annotated[
        str | None,
        typer.Option(
            "--base",
            metavar="版本",
            help="与这个版本的分叉点（或这个 estate 文件夹）比较：既有专网和封存清单只减不增",
        ),
    ] = None,
    site: Annotated[
        list[str] | None, typer.Option("--site", help="只有这些站点和全省共用文件的问题才阻断；缺省是全部站点")
    ] = None,
    today: Day = None,
) -> None:
    """检查全部声明：写法、引用、地址、规则。一次列出所有问题；有必须改的，退出码 4；

    与 --base 相比只关闭流向的（应急处置）总是通过。"""
    started = time.monotonic()
    day = chosen(today)
    loaded = load(estate_dir)
    judged = judge(loaded, day, _base(base))
    for line in seal_changes(judged):
        typer.echo(line)
    show(judged.findings, (lambda finding: reasons(finding, loaded)) if explain else lambda _: ())
    close(judged, day)
    mine = [row for row in judged.findings if not site or row.site is None or row.site in site]
    blocking = sum(finding.blocks(day) for finding in mine)
    sites = len(loaded.blueprint.sites) if loaded.blueprint else 0
    permits = len(loaded.blueprint.permits) if loaded.blueprint else 0
    typer.echo(
        f"{sites} 个站点、{permits} 条许可；问题 {len(judged.findings)} 处，其中必须改 {blocking} 处"
        f"（{time.monotonic() - started:.2f} 秒）"
    )
    if blocking and not judged.closes:
        raise typer.Exit(Exit.VIOLATIONS)


def _base(given: str | None) -> Base | None:
    """Where the change starts from: a folder as it stands, or the fork from a version."""
    if given is None:
        return None
    return base_in(load(Path(given)), given) if Path(given).is_dir() else base_at(fork(given, "HEAD"))
