"""Stacks in their order, side by side where they can be; a failure stops only what needs it."""

from __future__ import annotations

import threading

import pytest
import typer

from infra.cli.outcome import finish
from infra.cli.parallel import Skipped, work
from infra.driver.run import Refused
from infra.errors import EngineError, Exit
from infra.stacks import Stack, needs

CITY = [Stack("suqian", layer) for layer in ("cloud", "identity", "network")]
PROVINCE = [Stack("province", layer) for layer in ("cloud", "identity", "network")]


def test_layers_follow_each_other_and_sites_do_not_wait() -> None:
    """Both cloud layers run at once: each waits for the other to have begun."""
    both = threading.Barrier(2, timeout=10)
    done: list[Stack] = []

    def action(stack: Stack) -> str:
        if stack.layer == "cloud":
            both.wait()
        done.append(stack)
        return "done"

    assert work(needs([*CITY, *PROVINCE]), action, jobs=2) == dict.fromkeys([*CITY, *PROVINCE], "done")
    assert [stack for stack in done if stack.site == "suqian"] == CITY


def test_a_failure_stops_what_needs_it_and_nothing_else() -> None:
    """A city that fails leaves the province alone."""
    problem = EngineError("坏了")

    def action(stack: Stack) -> str:
        if stack == CITY[1]:
            raise problem
        return "done"

    results = work(needs([*CITY, *PROVINCE]), action, jobs=2)
    assert results[CITY[1]] is problem
    assert results[CITY[2]] == Skipped(CITY[1])
    assert all(results[stack] == "done" for stack in (CITY[0], *PROVINCE))


@pytest.mark.parametrize(
    ("results", "refused", "code"),
    [
        ({CITY[0]: EngineError("坏了"), CITY[1]: Skipped(CITY[0])}, False, Exit.UNCHECKED),
        ({CITY[0]: EngineError("坏了"), PROVINCE[0]: Refused("拒绝")}, False, Exit.VIOLATIONS),
        ({PROVINCE[0]: "done"}, True, Exit.VIOLATIONS),
    ],
    ids=["failed", "refused by the pack", "refused by the rules"],
)
def test_the_gravest_outcome_decides_the_exit_code(results: dict[Stack, object], refused: bool, code: Exit) -> None:
    """A refusal is told apart from what could not be done."""
    with pytest.raises(typer.Exit) as left:
        finish(results, "成功", refused=refused)
    assert left.value.exit_code == code


def test_success_says_how_many_stacks(capsys: pytest.CaptureFixture[str]) -> None:
    """Zero stacks done is visible as such."""
    finish({CITY[0]: "done"}, "所有栈都已符合声明", refused=False)
    assert capsys.readouterr().out == "所有栈都已符合声明（1 个栈）。\n"
