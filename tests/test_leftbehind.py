"""What killed tests left running is ended, and nothing else."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.killing import group, status
from tests.leftbehind import end_left_behind

OF_A_TEST = {"PYTEST_CURRENT_TEST": "tests/lab/test_killed.py::test_x (call)"}


def orphan(folder: Path, variables: dict[str, str]) -> int:
    """A process in a session of its own that nobody waits for, as one whose parent was killed."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    script = 'setsid sh -c "sleep 60 & sleep 60" > /dev/null 2>&1 & echo $!'
    said = subprocess.run(
        ["sh", "-c", script], cwd=folder, env=kept | variables, capture_output=True, text=True, check=True
    )
    return int(said.stdout)


@pytest.mark.parametrize(
    ("variables", "spared", "ended"),
    [(OF_A_TEST, False, True), ({}, False, False), (OF_A_TEST, True, False)],
    ids=["a_test_began_it", "somebody_else_began_it", "a_service_of_the_lab"],
)
def test_only_what_a_test_of_this_checkout_began_is_ended(
    tmp_path: Path, variables: dict[str, str], spared: bool, ended: bool
) -> None:
    """By where it stands and what began it; its children go along."""
    pid = orphan(tmp_path, variables)
    try:
        while not (sleeping := _group(pid)):
            pass
        number = end_left_behind(tmp_path, sleeping if spared else ())
        assert (number > 0) == ended
        assert bool(_group(pid)) != ended
    finally:
        subprocess.run(["pkill", "-KILL", "-g", str(pid)], check=False)


def _group(leader: int) -> set[int]:
    return {pid for pid in group(leader) if (one := status(pid)) and one.state not in "ZX"}
