"""Every report ends with what was judged, what was not, and what is waived: nothing is left to be assumed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from infra.blueprint.load import Loaded
from infra.findings import Finding, Where
from policies.evaluate import Evaluation, collect, evaluate, judge
from policies.tally import tally
from tests.cases import HERE
from tests.policies.rule_cases import DAY, RuleCase


def granted(tmp_path: Path) -> Evaluation:
    """An estate with one exception in force, judged by its rule alone."""
    context = RuleCase.read(HERE / "waivers" / "granted.yaml").context(tmp_path)
    return evaluate(context, [rule for rule in collect() if rule.id == "P09"])


def test_an_exception_in_force_is_told_with_its_days(tmp_path: Path) -> None:
    """In every report, with the number it rests on (示例 where nobody issued it)."""
    lines = list(tally(granted(tmp_path), DAY))
    assert lines[0] == "规则×对象：P09×7（1 条规则，7 个对象）"
    assert lines[-2:] == [
        "有效的例外：1 条",
        "  P09 legacy:suqian_shuili_wan：示例〔2026〕9号（示例），2026-12-31 到期，还剩 38 天，放行 1 处；防汛指挥链路，国家防总另有规定",
    ]


def test_rules_that_did_not_run_are_named(tmp_path: Path) -> None:
    """One rule alone was run: all others are unevaluated, and so is one that crashed."""
    found = granted(tmp_path)
    assert "P01" in found.unevaluated
    assert "P09" not in found.unevaluated
    crashed = replace(found, crashed=("P09",))
    assert "P09" in crashed.unevaluated


def test_without_a_blueprint_nothing_was_judged() -> None:
    """And every rule of the list is named as not judged."""
    found = judge(Loaded(None, None, (Finding("E01", Where("zones.yaml"), "缺少文件"),)), DAY)
    lines = list(tally(found, DAY))
    assert lines[0] == "规则×对象：没有蓝图，规则未能运行"
    assert lines[2].startswith("没有判完的规则：P01、")
