"""`kill -9` of the whole process group of `make up` while machines boot and while they are configured: the next one converges."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from infra.engine import ROOT
from tests.converging import GOVNET, MAKE_UP, converged, said
from tests.killing import Moment, kill_at
from tests.moments import booting, configuring
from tests.proofs.conftest import Counts

ABOUT = (
    "Makefile",
    "infra/cli/configure.py",
    "infra/driver/*.py",
    "infra/hostaccess.py",
    "infra/inventory/*.py",
    "infra/layers/*.py",
    "infra/runner.py",
    "infra/trials/*.py",
    "lab/image/**/*",
    "lab/machine_image.py",
    "lab/services/libvirt.py",
    "lab/services/nova.py",
    "playbooks/**/*",
)
SEED = 4
TASKS = 45
"""Tasks of a whole run that a kill may come after; there are some more."""


def cases(seed: int) -> Iterator[tuple[str, str, Moment]]:
    """Name, site and moment of three kills in boot and three in configuration; pure, so that every run with a seed has the same."""
    draw = random.Random(seed)
    sites = [draw.choice(["province", "suqian"]) for _ in range(6)]
    for number, site in enumerate(sites[:3], 1):
        yield f"boot_{number}", site, booting(f"{site}.platform")
    for number, site in enumerate(sites[3:], 1):
        yield f"configure_{number}", site, configuring(draw.randrange(1, TASKS))


@pytest.fixture(scope="module")
def everything_up() -> None:
    said(*MAKE_UP)


@pytest.mark.usefixtures("everything_up")
@pytest.mark.parametrize(("site", "moment"), [pytest.param(*case, id=name) for name, *case in cases(SEED)])
def test_the_next_make_up_converges(tmp_path: Path, site: str, moment: Moment, counts: Counts) -> None:
    """Nothing missing, extra or different, every promise kept, and nothing left to change."""
    said(GOVNET, "down", f"{site}.platform", "--yes")
    killed = kill_at(moment, (*MAKE_UP, f"SITES={site}"), ROOT, tmp_path / "make-up.log")
    counts |= {"seed": SEED, "site": site, "moment": moment.name, "killed": asdict(killed)}
    counts["then"] = asdict(converged(site))
