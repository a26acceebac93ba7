"""How much of a month services answered, minute by minute (document 002, three (1) 2: 必须按7*24小时不间断保持畅通). Pure, and the record's file.

A service answers in a minute when one of its machines answers everything that is asked of it. A minute that nobody saw counts neither way:
it is reported beside the result, because a monitor that slept proves nothing.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

Series = Mapping[int, bool]
"""Minute (since 1970, UTC) → whether a machine answered everything."""


@dataclass(frozen=True, slots=True)
class Outage:
    """Minutes in a row in which a service did not answer."""

    begun: datetime
    minutes: int


@dataclass(frozen=True, slots=True)
class Availability:
    """One service at one site. `elapsed_minutes`: of the month so far; `seen_minutes`: of those, in which it was asked."""

    site: str
    service: str
    elapsed_minutes: int
    seen_minutes: int
    outages: tuple[Outage, ...]

    @property
    def down_minutes(self) -> int:
        return sum(row.minutes for row in self.outages)

    @property
    def percent(self) -> float | None:
        """Of the minutes seen; nothing seen is not known."""
        return 100 * (1 - self.down_minutes / self.seen_minutes) if self.seen_minutes else None


def month_of(moment: datetime) -> tuple[datetime, datetime]:
    """First moment of a month and of the next one, in the time zone of `moment`."""
    begin = moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return begin, (begin + timedelta(days=32)).replace(day=1)


def available(site: str, service: str, machines: Sequence[Series], begin: datetime, end: datetime) -> Availability:
    """What the machines' series say of the minutes from `begin` to before `end`."""
    first, last = int(begin.timestamp()) // 60, math.ceil(end.timestamp() / 60)
    answers = {
        minute: any(series[minute] for series in machines if minute in series)
        for minute in range(first, last)
        if any(minute in series for series in machines)
    }
    return Availability(site, service, last - first, len(answers), tuple(_outages(answers)))


def _outages(answers: Series) -> Iterator[Outage]:
    """Runs of minutes without an answer; one that nobody saw ends a run."""
    begun, length = 0, 0
    for minute, good in sorted(answers.items()):
        if length and (good or minute != begun + length):
            yield Outage(datetime.fromtimestamp(begun * 60, UTC), length)
            length = 0
        if not good:
            begun = begun if length else minute
            length += 1
    if length:
        yield Outage(datetime.fromtimestamp(begun * 60, UTC), length)


def as_json(month: str, made: datetime, blueprint: str, rows: Iterable[Availability]) -> str:
    """The record of a month: `month` (2026-11), `made`, `blueprint` (sha256), and `services`, each with its minutes and every outage."""
    services = [
        {
            "site": row.site,
            "service": row.service,
            "elapsed_minutes": row.elapsed_minutes,
            "seen_minutes": row.seen_minutes,
            "down_minutes": row.down_minutes,
            "percent": None if row.percent is None else round(row.percent, 4),
            "outages": [{"begun": out.begun.isoformat(), "minutes": out.minutes} for out in row.outages],
        }
        for row in rows
    ]
    told = {"month": month, "made": made.isoformat(), "blueprint": blueprint, "services": services}
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def as_table(months: Iterable[str]) -> str:
    """Records of months (texts of `as_json`) as CSV, for the yearly evaluation; unknown stays empty, it is no 100."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["月份", "站点", "服务", "经过分钟", "观测分钟", "中断分钟", "中断次数", "可用性%"])
    for text in months:
        told = json.loads(text)
        for row in told["services"]:
            about = [told["month"], row["site"], row["service"], row["elapsed_minutes"], row["seen_minutes"]]
            percent = "" if row["percent"] is None else row["percent"]
            rows.writerow([*about, row["down_minutes"], len(row["outages"]), percent])
    return out.getvalue()
