"""Measured figures: what, by which command, how long, and how docs/benchmarks.md shows them.

A part is measured in one run, so that its figures may be compared with each other; each part is kept in docs/benchmarks/<part>.json.
"""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from infra.engine import ROOT
from infra.files import write_whole
from tests.proofs.record import commit

KEPT = ROOT / "docs" / "benchmarks"
PAGE = ROOT / "docs" / "benchmarks.md"
PREFACE = """# Benchmarks

Written by `make bench`; every part was measured in one run, so figures compare within their part and not across parts. Times are
seconds on the clock, the median where a command ran more than once. A limit is what the project promises.
"""


@dataclass(frozen=True)
class Figure:
    """Something measured. `seconds`: of every run; `limit`: what it must not exceed, 0 for none; `note`: what came out or why."""

    what: str
    command: str
    seconds: Sequence[float]
    note: str = ""
    limit: float = 0

    @property
    def median(self) -> float:
        return median(self.seconds)

    @property
    def kept(self) -> bool:
        """Whether it stays within its limit."""
        return not self.limit or self.median <= self.limit


@dataclass(frozen=True)
class Part:
    """The figures of one run. `load`: mean number of runnable processes just before, which says how quiet the machine was.

    `how`: what made them, where it was not `make bench`.
    """

    name: str
    title: str
    figures: Sequence[Figure]
    remarks: Sequence[str] = ()
    commit: str = field(default_factory=commit)
    date: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    machine: str = field(default_factory=lambda: machine())
    load: float = field(default_factory=lambda: round(os.getloadavg()[0], 1))
    how: str = ""


def machine() -> str:
    """Processors, memory and Python of this machine."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return f"{os.cpu_count()} processors, {memory:.0f} GiB, Python {platform.python_version()}"


def timed(action: Callable[[], str], times: int = 1) -> tuple[list[float], str]:
    """Seconds of each run, and what the last one said."""
    seconds, said = [], ""
    for _ in range(times):
        begun = time.monotonic()
        said = action()
        seconds.append(round(time.monotonic() - begun, 3))
    return seconds, said


def keep(part: Part, folder: Path = KEPT) -> None:
    write_whole(folder / f"{part.name}.json", json.dumps(asdict(part), ensure_ascii=False, indent=2) + "\n")


def kept(folder: Path = KEPT) -> list[Part]:
    """Every part that was ever measured."""
    return [_read(file) for file in sorted(folder.glob("*.json"))]


def _read(file: Path) -> Part:
    content = json.loads(file.read_text(encoding="utf-8"))
    figures = [Figure(**figure) for figure in content.pop("figures")]
    return Part(**content, figures=figures)


def page(parts: Sequence[Part]) -> str:
    """docs/benchmarks.md. Pure."""
    return "\n".join([PREFACE, *(_section(part) for part in parts)])


def _section(part: Part) -> str:
    lines = [
        f"## {part.title}",
        f"{part.how or f'`make bench PART={part.name}`'}, commit {part.commit}, {part.date}, {part.machine}, load before {part.load}",
        "",
        "| what | command | seconds | limit | |",
        "|---|---|---|---|---|",
        *(_row(figure) for figure in part.figures),
        "",
    ]
    if part.remarks:
        lines += [*(f"- {remark}" for remark in part.remarks), ""]
    return "\n".join(lines)


def _row(figure: Figure) -> str:
    runs = f" (of {len(figure.seconds)})" if len(figure.seconds) > 1 else ""
    shown = f"{figure.median:.1f}" if figure.median >= 1 else f"{figure.median:.3f}"
    limit = f"{figure.limit:g}{'' if figure.kept else ' **exceeded**'}" if figure.limit else ""
    return f"| {figure.what} | `{figure.command}` | {shown}{runs} | {limit} | {figure.note} |"
