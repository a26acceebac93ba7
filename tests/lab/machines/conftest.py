"""What tests of machines stand on: both sites deployed, every machine configured, the probes' feet down."""

from __future__ import annotations

import pytest

from infra import stackfiles
from infra.engine import ROOT
from tests.lab.conftest import STANDS, must


@pytest.fixture(scope="session")
def machines(estate_up: None) -> None:
    """The lab makes them; on a computer that cannot carry any (`lab.hypervisor`) their tests are skipped, and the floor tells."""
    if not stackfiles.sites_with_machines(ROOT):
        pytest.skip("this computer can carry no machines: `govnet lab up` says why")


@pytest.fixture(scope="session")
def configured(machines: None, pytestconfig: pytest.Config) -> None:
    """Every machine is as its roles say."""
    if not pytestconfig.stash.get(STANDS, False):
        must("configure")


@pytest.fixture(scope="session")
def verified(configured: None) -> None:
    """Every promise was kept just now, and the probes' feet stand, from which packets can be sent."""
    must("verify")
