"""Every rule finds exactly what its cases say, place and words included."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from policies.evaluate import RULES, collect, evaluate
from tests.cases import lines_of
from tests.policies.rule_cases import CASES, RuleCase

READ = [RuleCase.read(path) for path in CASES]


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_has_cases_both_ways(rule: str) -> None:
    """At least three cases that fail and three that pass: a rule that nothing ever violates proves nothing."""
    mine = [case.fails for case in READ if case.rule == rule]
    assert mine.count(True) >= 3
    assert mine.count(False) >= 3


def test_no_case_is_of_a_rule_that_does_not_exist() -> None:
    """A case in a misspelled folder would never be looked at by anybody."""
    assert {case.rule for case in READ} <= set(RULES)


@pytest.mark.parametrize("case", READ, ids=lambda case: f"{case.rule}/{case.path.stem}")
def test_exactly_the_expected_findings(case: RuleCase, tmp_path: Path) -> None:
    """Code, file, line, field, message, wrong and right, no finding more and none less; and something was judged."""
    rule = next(rule for rule in collect() if rule.id == case.rule)
    found = evaluate(case.context(tmp_path), [rule])
    lines = lines_of(found.findings)
    if os.environ.get("GOVNET_WRITE_EXPECTED"):
        case.rewrite(lines)
    else:
        assert lines == case.expected
    assert bool(lines) == case.fails
    assert found.judged[case.rule] > 0
    assert all(finding.source.startswith("《") for finding in found.findings)
