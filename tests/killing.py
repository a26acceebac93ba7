"""Killing a command in the middle, at a moment that was seen and not guessed.

The command leads a process group of its own. When the wanted moment shows, the group is stopped, so that the moment cannot pass, and
looked at again: it counts only if it is still there, else the group goes on. Then SIGKILL, as nobody could catch or clean up after.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 900.0
"""Seconds within which a moment must show."""


@dataclass(frozen=True)
class Moment:
    """Something that can be seen of a running command from outside.

    `look` gets the pid of the group's leader and says what there is to see at this instant; empty when it is not there. `pause`: seconds
    between two looks.
    """

    name: str
    look: Callable[[int], str]
    pause: float = 0.01


@dataclass(frozen=True)
class Killed:
    """How it went: what was seen when everything stood still, how many seconds in, and how many processes were killed."""

    saw: str
    after: float
    processes: int


def kill_at(
    moment: Moment, command: Sequence[str], folder: Path, log: Path, also: Callable[[], Iterable[int]] = tuple
) -> Killed:
    """Run the command and kill its whole process group at the moment, and whatever else `also` names.

    `AssertionError` when the command ends before: then nothing was tried.
    """
    begun = time.monotonic()
    with log.open("w", encoding="utf-8") as out:
        child = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            saw = _await(moment, child, begun)
            after = time.monotonic() - begun
            victims = {*group(child.pid), *also()}
        finally:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
    for pid in victims - {child.pid}:
        _signal(pid, signal.SIGKILL)
    child.wait()
    _until_gone(victims)
    return Killed(saw, round(after, 1), len(victims))


def _await(moment: Moment, child: subprocess.Popen[bytes], begun: float) -> str:
    while True:
        assert child.poll() is None, f"the command ended ({child.returncode}) before this moment showed: {moment.name}"
        assert time.monotonic() - begun < PATIENCE, f"did not show in {PATIENCE:.0f} s: {moment.name}"
        if moment.look(child.pid):
            os.killpg(child.pid, signal.SIGSTOP)
            if saw := moment.look(child.pid):
                return saw
            os.killpg(child.pid, signal.SIGCONT)
        time.sleep(moment.pause)


def _until_gone(pids: set[int]) -> None:
    deadline = time.monotonic() + 10
    while left := [pid for pid in pids if (stat := status(pid)) and stat.state not in "ZX"]:
        assert time.monotonic() < deadline, f"still there after SIGKILL: {left}"
        time.sleep(0.01)


# --- what /proc says --------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Status:
    """A process: its parent, group and state letter."""

    pid: int
    parent: int
    group: int
    state: str


def status(pid: int) -> Status | None:
    """The process with this pid; `None` when there is none."""
    try:
        text = (Path("/proc") / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    state, parent, of = text[text.rindex(")") + 2 :].split()[:3]
    return Status(pid, int(parent), int(of), state)


def group(leader: int) -> set[int]:
    """Every process of a group."""
    return {one.pid for one in _all() if one.group == leader}


def descendants(pid: int) -> set[int]:
    """Children, their children and so on, whatever group they are in."""
    children: dict[int, list[int]] = {}
    for one in _all():
        children.setdefault(one.parent, []).append(one.pid)
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        more = children.get(waiting.pop(), [])
        found.update(more)
        waiting.extend(more)
    return found


def words(pid: int) -> list[str]:
    """The command line of a process; empty for one that is gone."""
    try:
        raw = (Path("/proc") / str(pid) / "cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return raw.decode(errors="replace").split("\0")[:-1]


def _all() -> Iterable[Status]:
    found = (status(int(entry.name)) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [one for one in found if one]


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
