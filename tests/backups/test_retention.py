"""What of a copy may go, judged from values alone."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from infra.backups.retention import Snapshot, sort

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)


def taken(*days_ago: float) -> list[Snapshot]:
    """Snapshots named by how many days ago they were taken."""
    return [Snapshot(f"{days:g}", NOW - timedelta(days=days)) for days in days_ago]


def goes(
    snapshots: list[Snapshot], good: Collection[str], drilled: Collection[str] = (), elsewhere: Collection[str] = ()
) -> list[str]:
    found = sort(snapshots, NOW, 30, good=good, drilled=drilled, elsewhere=elsewhere)
    return [row.id for row in found.goes]


def test_what_is_older_than_the_plan_keeps_goes() -> None:
    """To the moment: what is just thirty days old goes, what is younger stays."""
    assert goes(taken(1, 29.9, 30, 90), {"1"}) == ["90", "30"]


def test_the_newest_stays_however_old_it_is() -> None:
    assert goes(taken(100, 90), {"90"}) == ["100"]


def test_the_last_good_one_stays_though_newer_ones_came_that_nobody_vouches_for() -> None:
    """Those may be what an intruder sent."""
    assert goes(taken(100, 90, 60, 1), {"100", "90"}) == ["100", "60"]


def test_the_last_one_that_a_drill_brought_back_stays() -> None:
    assert goes(taken(100, 90, 60, 1), {"1"}, drilled={"100", "90"}) == ["100", "60"]


def test_what_the_sender_still_has_stays() -> None:
    """It would only be sent again."""
    assert goes(taken(100, 90, 1), {"1"}, elsewhere={"90", "1"}) == ["100"]


def test_where_none_is_known_to_be_good_nothing_goes() -> None:
    """A journal that was lost, or never written, is no reason to remove anything."""
    assert goes(taken(100, 90, 1), set()) == []
    assert goes(taken(100, 90, 1), {"of another repository"}) == []


@given(st.lists(st.integers(0, 400), unique=True), st.sets(st.integers(0, 400)), st.sets(st.integers(0, 400)))
def test_something_always_stays_and_nothing_young_ever_goes(days: list[int], good: set[int], drilled: set[int]) -> None:
    """And every snapshot is either kept with a reason, or goes."""
    snapshots = taken(*days)
    found = sort(snapshots, NOW, 30, good=set(map(str, good)), drilled=set(map(str, drilled)))
    gone = {row.id for row in found.goes}
    assert len(gone) < max(1, len(days))
    assert not any(int(name) < 30 for name in gone)
    assert gone | found.kept.keys() == set(map(str, days))
    assert not gone & found.kept.keys()
