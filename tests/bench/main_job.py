"""`make up` with its machines, from nothing in the cloud (caches warm), from a lab that is down, and with everything there."""

from __future__ import annotations

import re

from tests.bench.figures import Figure, Part, timed
from tests.converging import GOVNET, MAKE_UP, said

STEP = re.compile(r"^✓ (.+?)  ([\d.]+) 秒$", re.MULTILINE)


def measure() -> Part:
    up = " ".join(MAKE_UP)
    said(*MAKE_UP)
    again, told = timed(lambda: said(*MAKE_UP))
    there = Figure("everything is up", up, again, _changes(told), limit=90)
    said(GOVNET, "lab", "down")
    started, told = timed(lambda: said(*MAKE_UP))
    down = Figure("lab down, its cloud kept", up, started, _changes(told), limit=480)
    said(GOVNET, "down", "--yes")
    said(GOVNET, "lab", "reset")
    created, told = timed(lambda: said(*MAKE_UP))
    nothing = Figure("lab reset, caches warm", up, created, _changes(told), limit=480)
    steps = [Figure(f"of that: {what}", up, [seconds]) for what, seconds in steps_of(told)]
    return Part("main_job", "The main job", [there, down, nothing, *steps])


def steps_of(told: str) -> list[tuple[str, float]]:
    """What the steps of a run took, as it told itself."""
    return [(what.strip(), float(seconds)) for what, seconds in STEP.findall(told)]


def _changes(told: str) -> str:
    created = sum(map(int, re.findall(r"新建 (\d+)", told)))
    return f"{created} resources created, {told.count('无变更')} stacks without change"
