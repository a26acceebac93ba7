"""docs/rules.md: every rule with its words, its exceptions and how many cases prove it. Generated, never written by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infra.engine import ROOT
from policies.evaluate import LOST, collect
from policies.grants import GRANTS
from policies.rule import Rule
from policies.waivers import Flaw

CASES = ROOT / "tests" / "rules"
PAGE = ROOT / "docs" / "rules.md"

_FLAWS = {
    Flaw.NO_EXCEPTION: "规则没有例外，或没有这条规则",
    Flaw.EXPIRED: "例外已到期",
    Flaw.NOT_COVERED: "引用的批准不是给这个对象、这条规则的，或不在有效期内",
    Flaw.WRONG_BODY: "不是由有权的机关批准",
    Flaw.TOO_LONG: "例外比批准长，或超过规则允许的期限",
    Flaw.CHANGED: "批准之后对象变了，或没有写明封条",
    Flaw.UNUSED: "没有它规则也不报，是多余的例外",
}


def cases(rule_id: str, folder: Path = CASES) -> tuple[int, int]:
    """How many cases pass and how many fail under a rule."""
    passing, failing = (len(list((folder / rule_id).glob(f"{sort}_*.yaml"))) for sort in ("pass", "fail"))
    return passing, failing


def exception(rule_id: str) -> str:
    """Who may except from a rule, in words."""
    grant = GRANTS[rule_id]
    return grant.words if grant else "没有，谁也不能批"


def page() -> str:
    """The whole page."""
    rules = collect()
    return "\n".join([*_head(rules), *(line for rule in rules for line in _section(rule)), *_flaws()])


def _head(rules: tuple[Rule[Any], ...]) -> Iterator[str]:
    counts = [cases(rule.id) for rule in rules]
    yield "# 规则"
    yield ""
    yield "由 `govnet rules page` 从规则本身生成，不手写。每条规则一个文件（`policies/rules/`），用例在 `tests/rules/`。"
    yield f"共 {len(rules)} 条规则，用例 {sum(map(sum, counts))} 个：应通过 {sum(row[0] for row in counts)} 个，应发现 {sum(row[1] for row in counts)} 个。"
    yield ""
    yield "| 规则 | 要求 | 例外由谁批 | 应通过 | 应发现 |"
    yield "|---|---|---|---|---|"
    for rule, (passing, failing) in zip(rules, counts, strict=True):
        yield f"| [{rule.id}](#{rule.id.lower()}) | {rule.title} | {exception(rule.id)} | {passing} | {failing} |"
    yield ""


def _section(rule: Rule[Any]) -> Iterator[str]:
    yield f"## {rule.id}"
    yield f"**{rule.title}**"
    yield ""
    yield f"- 依据：{rule.article}"
    yield f"- 应当：{rule.right}"
    yield f"- 例外：{exception(rule.id)}"
    yield ""


def _flaws() -> Iterator[str]:
    yield "## 不属于哪一条规则的问题"
    yield "| 编号 | 意思 |"
    yield "|---|---|"
    yield f"| {LOST} | 规则文件缺失、重复或不在名单中 |"
    for flaw, words in _FLAWS.items():
        yield f"| {flaw.value} | {words} |"
    yield ""
