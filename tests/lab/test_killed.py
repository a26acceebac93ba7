"""`kill -9` of `make up` in the middle, again and again: the next one converges. (Each moment by itself: tests/proofs.)

It comes before all other tests of the lab (tests/conftest.py): on a new lab it is killed while everything is made for the first time.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from infra import stackfiles
from infra.engine import ROOT
from tests.converging import MAKE_UP, converged
from tests.killing import Moment, kill_at
from tests.lab.conftest import STANDS, must
from tests.moments import booting, configuring, create_in_flight, state_write, states

pytestmark = pytest.mark.usefixtures("lab")

SITE = "suqian"
TENANTS = f"{SITE}.tenants"
"""The smallest stack whose creations are real networks, groups and shares."""
PLATFORM = f"{SITE}.platform"


def test_a_make_up_killed_four_times_in_a_row_is_mended_by_the_next(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    """Nothing missing, extra or different, every packet as it must be, every promise of a machine kept, and nothing left to change."""

    def killed(moment: Moment) -> None:
        kill_at(moment, MAKE_UP, ROOT, tmp_path / "make-up.log")

    to_be_made(TENANTS)
    killed(create_in_flight(TENANTS, after=3))
    killed(state_write(TENANTS))
    if SITE in stackfiles.sites_with_machines(ROOT):
        to_be_made(PLATFORM)
        killed(booting(PLATFORM))
        killed(configuring(20))
    converged()
    pytestconfig.stash[STANDS] = True


def to_be_made(stack: str) -> None:
    """Take a stack down, so that the next `make up` makes it; on a new lab it does so anyway."""
    if (states() / f"{stack}.json").exists():
        must("down", stack, "--yes")
