"""What Ansible's events amount to."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console

from infra.cli.configure import chosen, show, told, verdict
from infra.cli.progress import progress
from infra.errors import Exit, UsageError
from infra.inventory.access import made
from infra.runner import HostResult, Run
from tests.real import blueprint

GOOD, FAILED, DARK = HostResult(ok=3, changed=1), HostResult(ok=2, failures=1, problem="x"), HostResult(dark=1)


def test_events_become_results_and_a_log_of_each_machine(tmp_path: Path) -> None:
    """The first problem is what is told; the numbers are Ansible's own."""
    notes: list[tuple[str, str]] = []
    run = Run(["one", "two"], tmp_path, lambda host, task: notes.append((host, task)))
    run.event({"event": "runner_on_ok", "event_data": {"host": "one", "task": "装"}, "stdout": "ok: [one]"})
    for words in ("坏了", "又坏了"):
        run.event({"event": "runner_on_failed", "event_data": {"host": "two", "task": "装", "res": {"msg": words}}})
    run.event({"event": "playbook_on_stats", "event_data": {"ok": {"one": 5, "two": 1}, "failures": {"two": 2}}})
    assert notes[0] == ("one", "装")
    assert "ok: [one]" in (tmp_path / "one.log").read_text(encoding="utf-8")
    assert run.results() == {
        "one": HostResult(ok=5),
        "two": HostResult(ok=1, failures=2, problem="装：坏了"),
    }


def test_an_ignored_failure_is_no_problem(tmp_path: Path) -> None:
    """The play goes on by intention."""
    run = Run(["one"], tmp_path, lambda host, task: None)
    run.event({"event": "runner_on_failed", "event_data": {"host": "one", "task": "看", "ignore_errors": True}})
    assert run.results()["one"].problem == ""


@pytest.mark.parametrize(
    ("results", "code"),
    [
        ([GOOD, GOOD], Exit.OK),
        ([GOOD, DARK], Exit.UNCHECKED),
        ([GOOD, FAILED], Exit.VIOLATIONS),
        ([DARK, FAILED], Exit.VIOLATIONS),
        ([HostResult()], Exit.UNCHECKED),
        ([], Exit.UNCHECKED),
    ],
)
def test_unreachable_is_not_failed_and_nothing_done_is_not_done_well(results: list[HostResult], code: Exit) -> None:
    """Three exit codes for three things to do next."""
    assert verdict(results) is code


def test_how_it_went_is_told_in_a_few_words() -> None:
    """One for each way it can end."""
    assert [told(result) for result in (GOOD, FAILED, DARK, HostResult())] == [
        "变更 1",
        "没有配置成",
        "不可达",
        "没有执行任何任务",
    ]


def test_words_mean_sites_machines_and_capabilities() -> None:
    """Together they mean all that any of them means; an unknown one is refused with the known."""
    everybody = {row.name for _, row in made(blueprint())}
    suqian = {name for name in everybody if name.startswith("suqian-")}
    both = {"province", "suqian"}
    assert set(chosen(blueprint(), [], both)) == everybody
    assert set(chosen(blueprint(), ["suqian"], both)) == suqian
    assert len(chosen(blueprint(), ["backup"], both)) == 2
    with pytest.raises(UsageError, match="nowhere"):
        chosen(blueprint(), ["nowhere"], both)


def test_only_machines_of_deployed_sites_are_meant() -> None:
    """A site without any is no mistake: `make up SITES=nanjing` configures nothing."""
    assert all(name.startswith("suqian-") for name in chosen(blueprint(), [], {"suqian"}))
    assert chosen(blueprint(), ["nanjing"], {"province", "suqian"}) == chosen(blueprint(), [], set()) == []


@pytest.mark.parametrize(
    ("result", "line"), [(GOOD, "✓ one  变更 1"), (DARK, "✗ one  不可达"), (FAILED, "✗ one  没有配置成")]
)
def test_only_a_machine_that_is_configured_has_the_sign_of_success(result: HostResult, line: str) -> None:
    """Sign and words say the same."""
    console = Console(record=True, force_terminal=False)
    with progress(console) as steps, steps.step("one") as step:
        show(step, result)
    assert console.export_text().startswith(line)
