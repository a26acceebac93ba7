"""`kill -9` of `make up` in the middle, again and again: the next one converges. (Each moment by itself: tests/proofs.)"""

from __future__ import annotations

from pathlib import Path

import pytest

from infra import stackfiles
from infra.engine import ROOT
from tests.converging import MAKE_UP, converged
from tests.killing import Moment, kill_at
from tests.lab.conftest import must
from tests.moments import booting, configuring, create_in_flight, state_write

pytestmark = pytest.mark.usefixtures("estate_up")

SITE = "suqian"
TENANTS = f"{SITE}.tenants"
"""The smallest stack whose creations are real networks, groups and shares."""
PLATFORM = f"{SITE}.platform"


def test_a_make_up_killed_four_times_in_a_row_is_mended_by_the_next(tmp_path: Path) -> None:
    """Nothing missing, extra or different, every packet as it must be, every promise of a machine kept, and nothing left to change."""

    def killed(moment: Moment) -> None:
        kill_at(moment, (*MAKE_UP, f"SITES={SITE}"), ROOT, tmp_path / "make-up.log")

    must("down", TENANTS, "--yes")
    killed(create_in_flight(TENANTS, after=3))
    killed(state_write(TENANTS))
    if SITE in stackfiles.sites_with_machines(ROOT):
        must("down", PLATFORM, "--yes")
        killed(booting(PLATFORM))
        killed(configuring(20))
    converged(SITE)
