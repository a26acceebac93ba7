"""Waivers: what a valid one takes away, and everything that makes one worthless (cases in tests/waivers)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from policies.evaluate import RULES, collect, evaluate
from policies.grants import GRANTS
from policies.waivers import Flaw
from tests.cases import HERE, lines_of
from tests.policies.rule_cases import CASES as RULE_CASES
from tests.policies.rule_cases import RuleCase

CASES = [RuleCase.read(path) for path in sorted((HERE / "waivers").glob("*.yaml"))]
RUN = ("P01", "P09", "P32")
"""The rules that the cases are about. Of the others, only P06 has exceptions whose flaws depend on what it finds: whose consent it takes."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.path.stem)
def test_exactly_the_expected_findings_stand(case: RuleCase, tmp_path: Path) -> None:
    """What a valid waiver names is gone and listed with its days; a worthless waiver takes nothing away and says why."""
    context = case.context(tmp_path)
    found = evaluate(context, [rule for rule in collect() if rule.id in RUN])
    lines = lines_of(found.findings)
    in_force = [f"{row.waiver.id} {row.days_left(context.today)} {len(row.findings)}" for row in found.waived]
    if os.environ.get("GOVNET_WRITE_EXPECTED"):
        case.rewrite(lines)
    else:
        assert lines == case.expected
    assert in_force == case.content.get("in_force", [])


def test_every_flaw_has_a_case() -> None:
    """A flaw that no case shows could have stopped working long ago."""
    shown = {line.partition(" ")[0] for case in CASES for line in case.expected}
    assert shown >= {flaw.value for flaw in Flaw}


def test_the_table_says_of_every_rule_who_may_except_from_it() -> None:
    """Or that nobody may; a rule that is not in the table could be waived by anybody or nobody, and nobody knew."""
    assert set(GRANTS) == {f"P{number:02d}" for number in range(1, 39)}
    assert set(RULES) <= set(GRANTS)


OWNED = [row for row in map(RuleCase.read, RULE_CASES) if row.rule in ("P06", "P32") and row.fails]


@pytest.mark.parametrize("case", OWNED, ids=lambda case: f"{case.rule}_{case.path.stem}")
def test_a_rule_whose_exceptions_need_both_owners_says_who_they_are(case: RuleCase, tmp_path: Path) -> None:
    """Two in all; a route target that nobody exports has one only."""
    [rule] = [rule for rule in collect() if rule.id == case.rule]
    found = evaluate(case.context(tmp_path), [rule]).findings
    assert found
    lonely = {"fail_target_of_nobody": 1}.get(case.path.stem, 2)
    assert {len(row.owners) for row in found} == {lonely}, [(row.message, row.owners) for row in found]
