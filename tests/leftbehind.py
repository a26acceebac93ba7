"""What tests on the lab started and could not end because they were killed themselves.

A `make up` that is to be killed leads a session of its own, so that killing the tests does not reach it: it goes on, holds the locks of
stacks, and changes what the next run of the tests looks at.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Collection, Iterator
from pathlib import Path

from tests.killing import Status, descendants, status

_OF_A_TEST = b"PYTEST_CURRENT_TEST=tests/"
PATIENCE = 10.0
"""Seconds that a killed process may take to be gone."""


def end_left_behind(root: Path, spared: Collection[int]) -> int:
    """Kill the process groups that tests of this checkout began and nobody waits for any more; says how many processes that were.

    `spared`: processes whose groups are to stay although a test began them, such as the lab's services.
    """
    staying = {one.group for pid in spared if (one := status(pid))}
    found = [one for one in _begun_by_tests(root) if one.group not in staying]
    for group in {one.group for one in found}:
        _kill(group)
    end = time.monotonic() + PATIENCE
    while left := [one.pid for one in found if (now := status(one.pid)) and now.state not in "ZX"]:
        assert time.monotonic() < end, f"still there after SIGKILL: {left}"
        time.sleep(0.05)
    return len(found)


def _begun_by_tests(root: Path) -> Iterator[Status]:
    ours = {os.getpid(), os.getppid()} | descendants(os.getppid())
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) not in ours and _is_of_a_test(entry, root):
            one = status(int(entry.name))
            if one and one.group not in (os.getpgid(0), 0):
                yield one


def _is_of_a_test(process: Path, root: Path) -> bool:
    try:
        return (process / "cwd").resolve(strict=True) == root and any(
            variable.startswith(_OF_A_TEST) for variable in (process / "environ").read_bytes().split(b"\0")
        )
    except OSError:  # it has ended meanwhile, or is somebody else's
        return False


def _kill(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return
