"""Walking an incident playbook: each step is asked or looked at, timed against its limit, and kept at once, so that an abort loses nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from infra.blueprint.operations import PlaybookPlan, StepPlan
from infra.errors import Exit
from infra.files import write_whole
from infra.model.enums import ExerciseResult
from infra.model.operations import Exercise, StepTaken

NOTHING = "无"
"""What is answered when there is no answer: the step was not done."""

_MOST = 400
"""Characters of an answer that are kept: what a `Text` holds."""

_RESULTS = {Exit.OK: ExerciseResult.DONE, Exit.VIOLATIONS: ExerciseResult.FAILED}
"""How a check of ours ended; whatever else it said, it could not check."""

Ask = Callable[[StepPlan], str]
Look = Callable[[StepPlan], tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Walk:
    """A playbook that is being walked: when it began, the steps taken so far, and when the next one became due. `seal`: of the playbook."""

    playbook: str
    seal: str
    begun: str
    due: str
    taken: tuple[StepTaken, ...] = ()


def resumed(file: Path, playbook: PlaybookPlan, now: datetime) -> Walk:
    """The walk that was broken off, unless the playbook is another one by now; else a new one."""
    fresh = Walk(playbook.id, playbook.seal, now.isoformat(), now.isoformat())
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        taken = tuple(StepTaken.model_validate(row) for row in told.pop("taken"))
        found = Walk(**told, taken=taken)
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return fresh
    same = (found.playbook, found.seal) == (playbook.id, playbook.seal)
    return found if same and len(taken) < len(playbook.steps) else fresh


def walk(playbook: PlaybookPlan, begun: Walk, file: Path, ask: Ask, look: Look, now: Callable[[], datetime]) -> Walk:
    """Take the steps that are left, one after the other. Time runs while nobody is there: a step is late however that came about."""
    state = begun
    keep(file, state)
    for step in playbook.steps[len(begun.taken) :]:
        result, said = _take(step, ask, look)
        moment = now()
        seconds = int((moment - datetime.fromisoformat(state.due)).total_seconds())
        if result is ExerciseResult.DONE and seconds > step.within_minutes * 60:
            result = ExerciseResult.LATE
        row = StepTaken(step=step.id, seconds=max(0, seconds), result=result, said=said[:_MOST].strip() or NOTHING)
        state = replace(state, taken=(*state.taken, row), due=moment.isoformat())
        keep(file, state)
    return state


def _take(step: StepPlan, ask: Ask, look: Look) -> tuple[ExerciseResult, str]:
    if step.ask:
        said = ask(step).strip()
        return (ExerciseResult.DONE if said not in ("", NOTHING) else ExerciseResult.FAILED), said
    code, said = look(step)
    return next((result for exit_code, result in _RESULTS.items() if code == exit_code), ExerciseResult.UNCHECKED), said


def keep(file: Path, state: Walk) -> None:
    """Write down how far it is."""
    taken = [row.model_dump(mode="json") for row in state.taken]
    told = {"playbook": state.playbook, "seal": state.seal, "begun": state.begun, "due": state.due, "taken": taken}
    write_whole(file, json.dumps(told, ensure_ascii=False, indent=1) + "\n", mode=0o600)


def record(state: Walk, by: str) -> Exercise:
    """The entry for the site's exercises.yaml, not signed yet."""
    moment = datetime.fromisoformat(state.begun)
    return Exercise(
        id=f"{state.playbook[:31].rstrip('_')}_{moment:%Y%m%d_%H%M%S}",
        playbook=state.playbook,
        playbook_seal=state.seal,
        begun=state.begun,
        by=by,
        steps=state.taken,
        signature="-",
    )


def line(exercise: Exercise) -> str:
    """The entry as a line of exercises.yaml; JSON is YAML."""
    return f"  - {json.dumps(exercise.model_dump(mode='json'), ensure_ascii=False)}\n"
