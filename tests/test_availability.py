"""Minutes of a month: seen and answered, seen and not answered, and not seen, which is neither."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.availability import as_json, as_table, available, month_of
from infra.cli.availability import last_moment
from infra.errors import UsageError

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
FIRST = int(BEGIN.timestamp()) // 60


def answers(text: str) -> dict[int, bool]:
    """`+` answered, `-` did not, a blank was not seen; a character a minute."""
    return {FIRST + place: sign == "+" for place, sign in enumerate(text) if sign != " "}


def told(*machines: str) -> tuple[int, int, list[int], float | None]:
    end = BEGIN + timedelta(minutes=max(map(len, machines), default=10))
    row = available("suqian", "exchange", [answers(text) for text in machines], BEGIN, end)
    return row.elapsed_minutes, row.seen_minutes, [out.minutes for out in row.outages], row.percent


def test_runs_without_an_answer_are_outages() -> None:
    assert told("++--++-+") == (8, 8, [2, 1], 62.5)


def test_what_nobody_saw_counts_neither_way() -> None:
    assert told("++  ++  ") == (8, 4, [], 100.0)
    assert told("--  --++") == (8, 6, [2, 2], 100 / 3)


def test_a_service_answers_while_one_of_its_machines_does() -> None:
    assert told("+--+", "-+-+") == (4, 4, [1], 75.0)


def test_nothing_seen_is_not_known() -> None:
    assert told("        ") == (8, 0, [], None)
    assert told() == (10, 0, [], None)


@given(st.text(alphabet="+- ", max_size=200))
def test_every_minute_is_counted_once(text: str) -> None:
    row = available("s", "x", [answers(text)], BEGIN, BEGIN + timedelta(minutes=len(text)))
    assert row.seen_minutes == len(text.replace(" ", ""))
    assert row.down_minutes == text.count("-")
    assert row.elapsed_minutes == len(text)


def test_a_month_is_a_record_and_a_table() -> None:
    rows = [
        available("s", "x", [answers("+-")], BEGIN, BEGIN + timedelta(minutes=4)),
        available("s", "y", [], BEGIN, BEGIN),
    ]
    text = as_json("2026-11", BEGIN, "ab", rows)
    [one, other] = json.loads(text)["services"]
    assert one["outages"] == [{"begun": "2026-11-01T00:01:00+00:00", "minutes": 1}]
    assert other["percent"] is None
    assert as_table([text]).splitlines()[1:] == ["2026-11,s,x,4,2,1,1,50.0", "2026-11,s,y,0,0,0,0,"]


def test_a_month_ends_where_the_next_begins() -> None:
    assert month_of(datetime(2026, 12, 31, 5, tzinfo=UTC)) == (
        datetime(2026, 12, 1, tzinfo=UTC),
        datetime(2027, 1, 1, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("month", "last"),
    [
        ("", "2026-11-29T10:31:00+08:00"),
        ("2026-11", "2026-11-29T10:31:00+08:00"),
        ("2026-10", "2026-10-31T23:59:59+08:00"),
        ("2025-12", "2025-12-31T23:59:59+08:00"),
    ],
)
def test_a_month_that_is_over_is_taken_to_its_end(month: str, last: str) -> None:
    assert last_moment(month, datetime(2026, 11, 29, 2, 31, tzinfo=UTC)) == datetime.fromisoformat(last)


@pytest.mark.parametrize("month", ["2026-12", "2026-13", "2026", "11-2026", "2026-1"])
def test_no_month_or_one_to_come_is_refused(month: str) -> None:
    with pytest.raises(UsageError):
        last_moment(month, datetime(2026, 11, 29, 2, 31, tzinfo=UTC))
