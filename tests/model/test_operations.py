"""A week has a watch at every minute, whatever its shifts; procedures that are named are there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.blueprint.load import load
from infra.model.enums import Weekday
from infra.model.operations import DAY, WEEK, Shift, doubled, moment, unwatched
from tests.cases import HERE


def shift(start: str, end: str, days: str = "mon tue wed thu fri sat sun") -> Shift:
    told = {"title": "班", "post": "duty_officer", "days": days.split(), "from": start, "to": end}
    return Shift.model_validate(told)


@pytest.mark.parametrize(
    ("shifts", "holes", "overlaps"),
    [
        ([shift("08:00", "20:00"), shift("20:00", "08:00")], [], []),
        ([shift("00:00", "00:00")], [], []),
        ([shift("00:00", "00:00", "mon tue wed thu fri sat")], ["周日 00:00 周日 24:00"], []),
        (
            [shift("00:00", "00:00"), shift("23:00", "01:00", "sun")],
            [],
            ["周一 00:00 周一 01:00", "周日 23:00 周日 24:00"],
        ),
        ([shift("12:00", "12:00", "mon tue wed thu fri sat")], ["周一 00:00 周一 12:00", "周日 12:00 周日 24:00"], []),
    ],
    ids=["two watches", "one", "never on Sunday", "over the week's end", "from noon to noon"],
)
def test_holes_and_overlaps_are_found(shifts: list[Shift], holes: list[str], overlaps: list[str]) -> None:
    def said(found: tuple[tuple[int, int], ...]) -> list[str]:
        return [f"{moment(begin)} {moment(end)}" for begin, end in found]

    assert (said(unwatched(shifts)), said(doubled(shifts))) == (holes, overlaps)


times = st.integers(0, DAY - 1).map(lambda minute: f"{minute // 60:02}:{minute % 60:02}")
shifts = st.builds(
    lambda start, end, days: shift(start, end, " ".join(days)),
    times,
    times,
    st.sets(st.sampled_from([day.value for day in Weekday]), min_size=1),
)


@given(st.lists(shifts, min_size=1, max_size=5))
def test_every_minute_is_told_as_it_is(found: list[Shift]) -> None:
    """Counted minute by minute, without any arithmetic of spans."""
    watches = [0] * WEEK
    for row in found:
        for begin, end in row.spans():
            for minute in range(begin, end):
                watches[minute] += 1
    assert sum(end - begin for begin, end in unwatched(found)) == watches.count(0)
    told = {minute for begin, end in doubled(found) for minute in range(begin, end)}
    assert told == {minute for minute, count in enumerate(watches) if count > 1}


def test_every_procedure_that_is_named_is_a_page() -> None:
    blueprint = load(HERE.parent / "estate").blueprint
    assert blueprint is not None
    offers, playbooks = blueprint.operations.offers, blueprint.operations.playbooks
    named = {row.procedure for row in offers} | {step.procedure for row in playbooks for step in row.steps}
    named.discard("")
    assert len(named) >= 3
    pages = {path.stem for path in (HERE.parent / "docs" / "procedures").glob("*.md")}
    assert named <= pages
