"""What tests of machines stand on: both sites deployed, every machine configured, the probes' feet down."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra import stackfiles
from infra.cli.bastions import standing
from infra.engine import ROOT
from tests.lab.conftest import STANDS, must
from tests.real import blueprint


@pytest.fixture(scope="session")
def machines(estate_up: None) -> None:
    """The lab makes them; on a computer that cannot carry any (`lab.hypervisor`) their tests are skipped, and the floor tells."""
    if not stackfiles.sites_with_machines(ROOT):
        pytest.skip("this computer can carry no machines: `govnet lab up` says why")


@pytest.fixture(scope="session")
def configured(machines: None, pytestconfig: pytest.Config) -> Iterator[None]:
    """Every machine is as its roles say; its bastion stands as long as there are tests, also when the switch dies (docs/surprises.md)."""
    if not pytestconfig.stash.get(STANDS, False):
        must("configure")
    with standing(blueprint()):
        yield


@pytest.fixture(scope="session")
def verified(configured: None) -> None:
    """Every promise was kept just now, and the probes' feet stand, from which packets can be sent."""
    must("verify")
