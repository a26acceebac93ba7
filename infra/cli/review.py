"""`govnet review BASE..HEAD`: what a change changes, for whoever has to agree to it."""

from __future__ import annotations

from typing import Annotated

import typer

from infra.addressing.usage import shifts
from infra.cli.day import Day, chosen
from infra.cli.findings import close, show
from infra.cli.revisions import base_at, estate_at, fork
from infra.errors import Exit, UsageError
from infra.report.review import review as render
from policies.evaluate import judge, stops
from policies.tally import seal_changes


def review(
    span: Annotated[str, typer.Argument(help="两个版本，例如 main..HEAD；BASE 取两者的分叉点")],
    today: Day = None,
) -> None:
    """一屏中文变更摘要：封存清单、蓝图指纹和暴露面在先，然后是流向、例外、租户、项目与经费、配额、地址，末尾是规则的判定。

    有必须改的，退出码 4。"""
    base, dots, head = span.partition("..")
    if not dots or not base or not head or head.startswith("."):
        raise UsageError(f"看不懂 {span}", "写成 main..HEAD")
    day = chosen(today)
    before = base_at(fork(base, head))
    after = estate_at(head)
    judged = judge(after, day, before)
    for line in seal_changes(judged):
        typer.echo(line)
    if after.findings:
        typer.echo(
            f"注意：有 {len(after.findings)} 处声明读不出或推导不了（列在末尾），摘要里缺了它们，指纹也不作数。\n"
        )
    if after.estate is not None and after.blueprint is not None:
        typer.echo(render(before.blueprint, after.blueprint, shifts(before.estate, after.estate)))
    show(judged.findings)
    close(judged, day)
    if stops(judged, day):
        raise typer.Exit(Exit.VIOLATIONS)
