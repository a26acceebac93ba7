"""What a site's monitor is asked, and what its answers say: values, no connection."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

PORT = 9090
"""Where Prometheus answers."""

_WEEK = timedelta(days=7)
"""Prometheus gives at most 11,000 points a series and answer; a week of minutes is 10,080."""

_EVERYTHING = 'min by (host) ({__name__=~"up|probe_success", job=~"node|service|database"})'
"""1: a machine answers everything that is asked of it."""

_PROGRAM = """\
import json, urllib.request
answers = {{}}
for name, path in json.loads({asked!r}).items():
    with urllib.request.urlopen({base!r} + path, timeout=60) as answer:
        answers[name] = json.load(answer)["data"]
print(json.dumps(answers))
"""


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm that fires, with its labels. `since`: when its condition began to hold."""

    title: str
    labels: Mapping[str, str]
    since: datetime | None
    summary: str
    procedure: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a monitor said, or why nothing. `up`: machine → whether it answers; `rules`: alarms it judges (none: it sees nothing);
    `updated`: data set → when it was renewed; `minutes`: machine → minute → whether it answered."""

    read: datetime | None = None
    problem: str = ""
    rules: int = 0
    up: Mapping[str, bool] = field(default_factory=dict)
    alarms: tuple[Alarm, ...] = ()
    updated: Mapping[str, datetime] = field(default_factory=dict)
    minutes: Mapping[str, Mapping[int, bool]] = field(default_factory=dict)


def program(address: str, begin: datetime, end: datetime) -> str:
    """A Python program for the monitor, which asks its own Prometheus everything; `begin`–`end`: whose minutes are wanted."""
    asked = {
        "alerts": "/api/v1/alerts",
        "rules": "/api/v1/rules?type=alert",
        "up": _query('up{job="node"}'),
        "updated": _query("govnet_dataset_updated_seconds"),
        **{f"minutes {number}": path for number, path in enumerate(_weeks(begin, end))},
    }
    return _PROGRAM.format(asked=json.dumps(asked), base=f"http://{address}:{PORT}")


def _query(expression: str) -> str:
    return "/api/v1/query?" + urlencode({"query": expression})


def _weeks(begin: datetime, end: datetime) -> Iterator[str]:
    while begin < end:
        until = min(begin + _WEEK, end)
        told = {"query": _EVERYTHING, "start": begin.timestamp(), "end": until.timestamp(), "step": 60}
        yield "/api/v1/query_range?" + urlencode(told)
        begin = until


def read(text: str, now: datetime) -> Answer:
    """What the program printed. What nobody understands is no answer."""
    try:
        told: dict[str, Any] = json.loads(text)
        return Answer(
            read=now,
            rules=sum(len(group["rules"]) for group in told["rules"]["groups"]),
            up={row["metric"]["host"]: row["value"][1] == "1" for row in told["up"]["result"]},
            alarms=tuple(_alarm(row) for row in told["alerts"]["alerts"] if row["state"] == "firing"),
            updated={row["metric"]["dataset"]: _moment(row["value"][1]) for row in told["updated"]["result"]},
            minutes=_minutes(told),
        )
    except (ValueError, KeyError, TypeError, IndexError):
        return Answer(problem="监测的回答读不懂")


def _alarm(row: Mapping[str, Any]) -> Alarm:
    labels, notes = row["labels"], row.get("annotations", {})
    since = datetime.fromisoformat(row["activeAt"][:19]).replace(tzinfo=UTC)
    return Alarm(labels["alertname"], labels, since, notes.get("summary", ""), notes.get("procedure", ""))


def _moment(seconds: str) -> datetime:
    return datetime.fromtimestamp(float(seconds), UTC)


def _minutes(told: Mapping[str, Any]) -> dict[str, dict[int, bool]]:
    found: dict[str, dict[int, bool]] = {}
    for name, answer in told.items():
        if name.startswith("minutes "):
            for row in answer["result"]:
                host = found.setdefault(row["metric"].get("host", ""), {})
                host |= {int(moment) // 60: value == "1" for moment, value in row["values"]}
    return found
