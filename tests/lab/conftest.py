"""What tests on the embedded cloud stand on: the lab, and both sites in it. Brought up by the commands that everybody uses."""

from __future__ import annotations

import subprocess

import pytest

from infra.engine import ROOT
from tests.leftbehind import end_left_behind
from tests.moments import lab_processes

GOVNET = ROOT / ".venv" / "bin" / "govnet"
STANDS = pytest.StashKey[bool]()
"""Set by a test of this session that has seen everything up and configured, with nothing left to change: nobody need ask again."""


def govnet(*words: str) -> subprocess.CompletedProcess[str]:
    """Run a govnet command; the caller judges its exit code."""
    return subprocess.run([GOVNET, *words], cwd=ROOT, capture_output=True, text=True, check=False)


def must(*words: str) -> None:
    done = govnet(*words)
    assert done.returncode == 0, (
        f"govnet {' '.join(words)}: {done.returncode}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    )


@pytest.fixture(scope="session")
def lab() -> None:
    """The embedded cloud is up, and nothing works on it that a killed run of the tests left behind."""
    end_left_behind(ROOT, lab_processes())
    must("lab", "up")


@pytest.fixture(scope="session")
def estate_up(lab: None, pytestconfig: pytest.Config) -> None:
    """Every deployed site is in the cloud, as the estate says."""
    if not pytestconfig.stash.get(STANDS, False):
        must("up")
