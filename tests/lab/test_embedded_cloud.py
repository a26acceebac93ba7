"""The embedded cloud itself: what it promises to who runs it, and what it refuses."""

from __future__ import annotations

import os
import re
import signal
import socket
import ssl
import subprocess
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from infra.errors import LabError
from lab import answers, cloud, ports
from lab.answers import Api
from lab.context import NotReady
from lab.places import default_places
from lab.processes import Processes
from lab.services import SERVICES
from tests.lab.conftest import GOVNET, govnet, must

pytestmark = pytest.mark.usefixtures("estate_up")


class Silent:
    """Steps of which nobody is told."""

    def step(self, title: str) -> AbstractContextManager[object]:
        raise AssertionError(f"nothing may begin: {title}")

    def say(self, text: str) -> None:
        raise AssertionError(f"nothing may be said: {text}")


def test_status_names_every_service_and_all_of_them_answer() -> None:
    done = govnet("lab", "status")
    assert done.returncode == 0, done.stdout
    assert len(SERVICES) >= 10
    assert all(service.name in done.stdout for service in SERVICES if not service.for_machines)


def test_the_switch_is_one_that_does_not_abort() -> None:
    """Before 3.3, its connection tracking did (docs/surprises.md)."""
    lab = cloud.opened()
    told = answers.command(lab, "ovs-appctl", "-t", lab.places.run / "ovs" / "ovs-vswitchd.ctl", "version")
    version = re.search(r"Open vSwitch\) (\d+)\.(\d+)", told)
    assert version, told
    assert (int(version[1]), int(version[2])) >= (3, 3), told


def test_logs_are_of_the_service_that_was_asked_for() -> None:
    done = govnet("lab", "logs", "openvswitch")
    assert done.returncode == 0, done.stderr
    assert [line.split("/")[-1] for line in done.stdout.splitlines() if line.startswith("==> ")] == [
        "ovs-database.log",
        "ovs-switch.log",
    ]


def test_a_shell_has_the_clients_and_the_administrators_credential() -> None:
    """Nothing of the caller's own OpenStack comes along."""
    done = subprocess.run(
        [GOVNET, "lab", "shell"],
        input="openstack project list -f value -c Name; ovs-vsctl --version; env | grep ^OS_ | sort\n",
        env={**os.environ, "SHELL": "/bin/bash", "OS_AUTH_URL": "https://elsewhere.invalid"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert {"extranet", "Open"} <= set(done.stdout.replace("(", " ").split()), done.stdout
    assert "elsewhere" not in done.stdout


def test_who_does_not_trust_the_labs_authority_cannot_talk_to_it() -> None:
    """The certificate is the lab's own; with it trusted the same address answers."""
    with Api(default_places().ca_file) as api:
        assert api.ask("GET", "/identity/v3").status == 200
    with (
        socket.create_connection((ports.HOST, ports.API), timeout=5) as plain,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        ssl.create_default_context().wrap_socket(plain, server_hostname=ports.HOST)


def test_plain_http_is_not_spoken() -> None:
    with socket.create_connection((ports.HOST, ports.API), timeout=5) as plain:
        plain.sendall(b"GET /identity/v3 HTTP/1.0\r\n\r\n")
        assert not plain.recv(200).startswith(b"HTTP/1.1 200")


COMMANDS: dict[str, Callable[[Path], None]] = {
    "up": lambda checkout: cloud.up(checkout, Silent()),
    "down": cloud.down,
    "reset": cloud.reset,
}


@pytest.mark.parametrize("command", COMMANDS)
def test_another_checkout_is_told_whose_the_cloud_is(command: str, tmp_path: Path) -> None:
    """Nothing is started, stopped or wiped for it."""
    with pytest.raises(LabError, match="正由另一个检出目录使用"):
        COMMANDS[command](tmp_path)
    assert govnet("lab", "status").returncode == 0


def test_a_killed_service_is_noticed_and_comes_back() -> None:
    """`lab status` names what does not answer and ends with 3; `lab up` starts just that again."""
    processes = Processes(default_places())
    before = {name: stat.pid for name in processes.names() if (stat := processes.alive(name))}
    os.killpg(before["placement"], signal.SIGKILL)
    told = govnet("lab", "status")
    assert told.returncode == 3, told.stdout
    assert "否" in told.stdout
    must("lab", "up")
    after = {name: stat.pid for name in processes.names() if (stat := processes.alive(name))}
    assert {name for name in before if before[name] != after.get(name)} == {"placement"}
    assert govnet("lab", "status").returncode == 0


def test_what_cannot_answer_is_not_called_ready() -> None:
    with Api(default_places().ca_file) as api, pytest.raises(NotReady, match="HTTP 40"):
        api.ask("GET", "/no-such-service/")


def test_stopped_and_started_again_it_is_the_same_cloud() -> None:
    """`lab down` keeps what is in the cloud: afterwards nothing is missing, and packets pass as before."""
    must("lab", "down")
    assert Processes(default_places()).names() == []
    assert govnet("lab", "status").returncode == 3
    must("lab", "up")
    must("verify")
