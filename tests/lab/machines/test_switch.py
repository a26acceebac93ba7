"""A switch that dies under people at work on machines: its next run carries them on."""

from __future__ import annotations

import os
import signal
import subprocess
import time

import pytest

from infra.engine import ROOT
from infra.model.enums import Capability
from lab.cloud import opened
from lab.wires import switch_pidfile
from tests.lab.conftest import GOVNET
from tests.lab.machines.machines import names
from tests.moments import configuring

pytestmark = pytest.mark.usefixtures("configured")


def test_a_configuration_outlives_the_switch() -> None:
    """Every connection dies with it, and the bastions' devices: machines are reached again, and nothing is left to change."""
    backup = names(Capability.BACKUP)
    at_work = configuring(10)
    with subprocess.Popen(
        [GOVNET, "configure", Capability.BACKUP], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as configuration:
        while not at_work.look(configuration.pid):
            assert configuration.poll() is None, "it was over before the switch could die"
            time.sleep(0.05)
        before = switch_pidfile(opened()).read_text()
        os.kill(int(before), signal.SIGABRT)
        told, _ = configuration.communicate()
    assert configuration.returncode == 0, told
    assert switch_pidfile(opened()).read_text() != before
    for name in backup:
        assert f"✓ {name}  变更 0" in told, told
