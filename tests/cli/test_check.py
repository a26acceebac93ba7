"""`govnet check`: exit codes, the day it judges on, where findings come from, and the end of its report."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from infra.cli.app import app
from infra.errors import Exit, UsageError
from policies.evaluate import RULES
from tests.cases import HERE, SMALL
from tests.policies.rule_cases import CASES, RuleCase

UNDECLARABLE = {"P04"}
"""Rules that no declaration can violate, because none has words for it: only code could, and their cases change the blueprint."""


def check(estate: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["check", "--estate", str(estate), *options])


def canaries() -> list[RuleCase]:
    """Of each rule the first violating estate that a person can write (others only code could bring about)."""
    cases = [RuleCase.read(path) for path in CASES if path.stem.startswith("fail_")]
    return list({case.rule: case for case in reversed(cases) if "blueprint" not in case.content}.values())


def test_every_rule_has_a_canary() -> None:
    """A rule that no declaration violates would be seen to work by nobody; those of which that is true are listed."""
    assert {case.rule for case in canaries()} == set(RULES) - UNDECLARABLE


@pytest.mark.parametrize("case", canaries(), ids=lambda case: f"{case.rule}/{case.path.stem}")
def test_a_violating_estate_is_refused(case: RuleCase, tmp_path: Path) -> None:
    """Through the command itself: the finding is shown with its rule; exit code 4, unless it is advice or has time yet."""
    day = case.context(tmp_path).today
    if case.content.get("allocate"):
        CliRunner().invoke(app, ["addresses", "allocate", "--estate", str(tmp_path / "estate")])
    done = check(tmp_path / "estate", "--today", day.isoformat())
    assert f"[{case.rule} " in done.output
    assert done.exit_code == (Exit.OK if "其中必须改 0 处" in done.output else Exit.VIOLATIONS)


def test_a_sound_estate_passes_and_says_what_was_judged() -> None:
    """The proof that rules ran is the end of the report."""
    done = check(SMALL, "--today", "2026-11-23")
    assert done.exit_code == Exit.OK
    assert "规则×对象：P01×" in done.output
    assert "有效的例外：无" in done.output


def test_the_day_is_an_input(tmp_path: Path) -> None:
    """The same exception holds on its last day and not on the next."""
    RuleCase.read(HERE / "waivers" / "granted.yaml").context(tmp_path)
    last = check(tmp_path / "estate", "--today", "2026-12-31")
    assert (last.exit_code, "今天到期" in last.output) == (Exit.OK, True)
    after = check(tmp_path / "estate", "--today", "2027-01-01")
    assert (after.exit_code, "[W02 必须改]" in after.output) == (Exit.VIOLATIONS, True)


@pytest.mark.parametrize("day", ["2026-13-01", "morgen", "20261231T00"])
def test_a_day_that_is_none_is_refused_with_an_example(day: str) -> None:
    problem = check(SMALL, "--today", day).exception
    assert isinstance(problem, UsageError)
    assert (problem.message, problem.remedy) == (f"不是日期：{day}", "写成 2026-12-31")


def test_explain_tells_where_a_finding_comes_from(tmp_path: Path) -> None:
    """Declared where, derived how, the article quoted, and who may except from it."""
    RuleCase.read(HERE / "rules" / "P09" / "fail_grown.yaml").context(tmp_path)
    told = check(tmp_path / "estate", "--explain", "--today", "2026-11-23").output
    assert "声明：legacy:suqian_shuili_wan，写在 sites/suqian/legacy/shuili.yaml" in told
    assert "推导：suqian / 既有专网：id=suqian_shuili_wan" in told
    assert "条文：《省政府办公厅关于加快推进全省电子政务外网建设的意见（江苏，2016-12-12）》三（二）2：「各部门" in told
    assert "例外：由国家法律或中央规定批准；waivers/ 里写 seal: " in told


@pytest.mark.parametrize("folder", ["nothing_here", "."])
def test_a_wrong_estate_is_no_pass(folder: str, tmp_path: Path) -> None:
    """A folder that is not there, and an empty one: nothing was judged, so nothing passes."""
    done = check(tmp_path / folder)
    assert done.exit_code == Exit.VIOLATIONS
    assert "没有蓝图，规则未能运行" in done.output
