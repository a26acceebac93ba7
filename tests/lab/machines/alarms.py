"""Faults and what is told of them: the letters in a monitor's post box, waited for no longer than an alarm's stated time allows."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from infra.hostaccess import LAB_PACE
from infra.monitoring.alarms import ALARMS
from tests.lab.machines.machines import on, told, variables

POST_BOX = "/var/lib/govnet-postbox/alarms.jsonl"
Letter = Mapping[str, Any]

ON_THE_WAY = 30 + 30 + 30
"""Seconds, in production, from an event to the post box besides an alarm's stated time: until it is asked, judged, and grouped."""

PROGRAMS = 15.0
"""Seconds that programs may take on a busy computer, at whatever pace."""

ENDED = 120 + 30 + 30
"""The same until the end of an alarm is told: Alertmanager waits for more news of a group."""


@dataclass(frozen=True, slots=True)
class Raised:
    """An alarm that is expected in a monitor's post box: of which machine, for which post; `more`: further labels that it must have."""

    monitor: str
    alarm: str
    host: str
    post: str
    more: tuple[tuple[str, str], ...] = ()

    def is_told_by(self, letter: Letter) -> bool:
        labels = letter["labels"]
        return (letter["alarm"], labels["host"], letter["post"]) == (self.alarm, self.host, self.post) and all(
            labels.get(name) == value for name, value in self.more
        )

    @property
    def limit(self) -> float:
        """Seconds after the fault at which it must be in the post box."""
        stated = next(row.stated for row in ALARMS if row.id == self.alarm)
        return (stated + ON_THE_WAY) / LAB_PACE + PROGRAMS


def posts(name: str) -> tuple[str, str]:
    """Operator and owner of a machine, as its monitor knows them."""
    for host in told()["monitoring"]["hosts"]:
        for row in variables(host)["monitoring_targets"]["node"]:
            if row["labels"]["host"] == name:
                return row["labels"]["operator"], row["labels"]["owner"]
    raise KeyError(name)


def letters(monitor: str, since: float) -> list[Letter]:
    """What came into the post box after this moment (seconds since the epoch), oldest first."""
    lines = on(monitor).check_output(f"sh -c 'test ! -e {POST_BOX} || tail -n 2000 {POST_BOX}'").splitlines()
    rows = [json.loads(line) for line in lines]
    return [row for row in rows if came(row) >= since]


def came(letter: Letter) -> float:
    return datetime.fromisoformat(letter["received"]).timestamp()


def awaited(
    expected: Iterable[Raised], status: str, since: float, seconds: Mapping[Raised, float]
) -> dict[Raised, float]:
    """Wait for a letter of each: after how many seconds it came. What did not come in its time is missing."""
    expected = list(expected)
    found: dict[Raised, float] = {}
    end = since + max(seconds.values())
    while True:
        read = {monitor: letters(monitor, since) for monitor in {row.monitor for row in expected}}
        for row in expected:
            mine = [
                came(letter) - since
                for letter in read[row.monitor]
                if letter["status"] == status and row.is_told_by(letter)
            ]
            if mine and min(mine) <= seconds[row]:
                found[row] = min(mine)
        if len(found) == len(expected) or time.time() > end:
            return found
        time.sleep(2)


@contextmanager
def fault(name: str, breaks: str, mends: str) -> Iterator[None]:
    """A machine on which something is wrong within the block."""
    on(name).check_output("sh -c %s", breaks)
    try:
        yield
    finally:
        on(name).check_output("sh -c %s", mends)
