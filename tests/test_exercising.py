"""An incident drill: every step asked or looked at and timed, an abort loses nothing, and its record is believed by the estate."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra import keys
from infra.blueprint.load import load
from infra.blueprint.operations import PlaybookPlan, StepPlan
from infra.cli.drill_incident import register, verdict
from infra.errors import Exit
from infra.exercising import NOTHING, Walk, record, resumed, walk
from infra.model.operations import EXERCISE_SIGNED_FOR, Exercise
from infra.signing import sign
from tests.cases import SMALL

START = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)


def playbook() -> PlaybookPlan:
    found = load(SMALL).blueprint
    assert found is not None
    return found.operations.playbooks[0]


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def takes(self, minutes: float, answer: str) -> Callable[[StepPlan], str]:
        def ask(_: StepPlan) -> str:
            self.now += timedelta(minutes=minutes)
            return answer

        return ask


def walked(tmp_path: Path, minutes: float = 1, answer: str = "10:01 应答", code: int = 0) -> Exercise:
    clock, plan, file = Clock(), playbook(), tmp_path / "walk.json"
    begun = resumed(file, plan, clock())
    return record(walk(plan, begun, file, clock.takes(minutes, answer), lambda _: (code, "说了什么"), clock), "值班室")


@pytest.mark.parametrize(
    ("minutes", "answer", "code", "results", "exit_code"),
    [
        (1, "10:01", 0, "done done", Exit.OK),
        (6, "10:01", 0, "late done", Exit.VIOLATIONS),
        (1, NOTHING, 0, "failed done", Exit.VIOLATIONS),
        (1, "", 0, "failed done", Exit.VIOLATIONS),
        (1, "10:01", 4, "done failed", Exit.VIOLATIONS),
        (1, "10:01", 3, "done unchecked", Exit.UNCHECKED),
        (1, "10:01", 1, "done unchecked", Exit.UNCHECKED),
    ],
)
def test_each_way_to_fail_is_seen(
    tmp_path: Path, minutes: float, answer: str, code: int, results: str, exit_code: Exit
) -> None:
    done = walked(tmp_path, minutes, answer, code)
    assert [row.result.value for row in done.steps] == results.split()
    assert verdict(done) is exit_code
    assert done.passed is (exit_code is Exit.OK)


def test_an_abort_loses_nothing_and_the_clock_runs_on(tmp_path: Path) -> None:
    """The first step is kept, the second is late because nobody was there; a playbook that has changed begins anew."""
    clock, plan, file = Clock(), playbook(), tmp_path / "walk.json"

    def gone(_: StepPlan) -> tuple[int, str]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        walk(plan, resumed(file, plan, clock()), file, clock.takes(1, "应答"), gone, clock)
    clock.now += timedelta(hours=1)
    again = resumed(file, plan, clock())
    assert [row.step for row in again.taken] == ["answer"]
    done = record(walk(plan, again, file, clock.takes(1, "不再问"), lambda _: (0, "好"), clock), "值班室")
    assert [(row.said, row.result.value, row.seconds) for row in done.steps] == [
        ("应答", "done", 60),
        ("好", "late", 3600),
    ]
    file.write_text('{"playbook": "call"}')
    assert resumed(file, plan, clock()) == Walk("call", plan.seal, clock.now.isoformat(), clock.now.isoformat())


def test_a_signed_record_is_believed_and_a_changed_one_is_not(tmp_path: Path) -> None:
    """Written beside what is there; the blueprint shows the last drill, and that it was of the playbook as it stands."""
    estate = tmp_path / "estate"
    shutil.copytree(SMALL, estate)
    key = keys.operator(tmp_path / "keys", "suqian")
    site = estate / "sites" / "suqian" / "site.yaml"
    text = "\n".join(row for row in site.read_text().splitlines() if not row.startswith("drill_signers"))
    site.write_text(f"{text}\ndrill_signers: [{' '.join(key.public.split()[:2])}]\n")
    draft = walked(tmp_path)
    done = draft.model_copy(update={"signature": sign(draft.said(), key.file, EXERCISE_SIGNED_FOR)})
    file = register(estate, "suqian", done)
    loaded = load(estate)
    assert [row for row in loaded.findings if "exercises" in row.where.file] == []
    assert loaded.blueprint is not None
    [last] = loaded.blueprint.site("suqian").exercises
    assert (last.playbook, last.passed, last.current) == ("call", True, True)
    file.write_text(file.read_text().replace('"seconds": 60', '"seconds": 6'))
    [finding] = [row for row in load(estate).findings if "exercises" in row.where.file]
    assert finding.code == "E12"
