"""`kill -9` of `make up` in the middle: the next `make up` converges. (Ten more moments: tests/proofs/prove_killed.py.)"""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.engine import ROOT
from tests.converging import MAKE_UP, converged
from tests.killing import Moment, kill_at
from tests.lab.conftest import must
from tests.moments import create_in_flight, state_write

pytestmark = pytest.mark.usefixtures("estate_up")

STACK = "suqian.tenants"
"""The smallest stack whose creations are real networks, groups and shares."""


@pytest.mark.parametrize(
    "moment", [create_in_flight(STACK, after=3), state_write(STACK)], ids=lambda moment: moment.name
)
def test_a_killed_make_up_leaves_nothing_that_the_next_one_does_not_mend(tmp_path: Path, moment: Moment) -> None:
    """Nothing missing, extra or different, every packet as it must be, and nothing left to change."""
    must("down", STACK, "--yes")
    kill_at(moment, (*MAKE_UP, "SITES=suqian"), ROOT, tmp_path / "make-up.log")
    converged("suqian")
