"""Today, in the province. The only place that looks at the clock for a date; everything pure is given it."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

_CHINA = timezone(timedelta(hours=8), "CST")
"""China has one time zone and no summer time, so that no time zone data is needed."""


def today() -> date:
    """The date in China, wherever the machine stands."""
    return datetime.now(_CHINA).date()


def in_china(moment: datetime) -> datetime:
    """The same moment by the clocks of the province."""
    return moment.astimezone(_CHINA)
