"""Proof that rules ran: the lines that end every report. Which rules judged how much, which nothing, which not at all, what is waived."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from policies.evaluate import Evaluation
from policies.waivers import InForce


def tally(evaluation: Evaluation, today: date) -> Iterator[str]:
    """The closing lines of a report, one fact each; what is empty is said to be empty."""
    counts = "  ".join(f"{rule}×{count}" for rule, count in sorted(evaluation.judged.items()))
    total = f"（{len(evaluation.judged)} 条规则，{sum(evaluation.judged.values())} 个对象）" if counts else ""
    yield f"规则×对象：{counts or '没有蓝图，规则未能运行'}{total}"
    yield f"没有可判对象的规则：{_names(evaluation.idle)}"
    yield f"没有判完的规则：{_names(evaluation.unevaluated)}"
    if evaluation.compared:
        yield f"与合并基比过：既有专网 {evaluation.compared.networks} 个，封条 {evaluation.compared.seals} 个"
    else:
        yield "没有与合并基比较（govnet check --base main 才比较既有专网是否只减不增）"
    if evaluation.closes:
        yield "这次变更只关闭流向：应急处置，不受上面的问题阻断"
    yield f"有效的例外：{f'{len(evaluation.waived)} 条' if evaluation.waived else '无'}"
    yield from (f"  {_waived(row, today)}" for row in evaluation.waived)


def seal_changes(evaluation: Evaluation) -> Iterator[str]:
    """Changes of the sealed baseline, which come before anything else in a report."""
    for row in evaluation.compared.changes if evaluation.compared else ():
        act = f"依据 {row.number}" if row.number else "没有登记依据"
        yield f"封存清单变了：{row.site} {row.before[:12] or '（无）'} → {row.after[:12] or '（无）'}，{act}"


def _waived(row: InForce, today: date) -> str:
    waiver, left = row.waiver, row.days_left(today)
    days = f"还剩 {left} 天" if left else "今天到期"
    return (
        f"{waiver.rule} {waiver.subject}：{'、'.join(row.numbers)}，{waiver.expires} 到期，{days}，"
        f"放行 {len(row.findings)} 处；{waiver.reason}"
    )


def _names(rules: tuple[str, ...]) -> str:
    return "、".join(rules) or "无"
