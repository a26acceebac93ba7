"""What the lab writes for services and clients follows from a few facts, and secrets stay where they belong."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from infra.errors import ProbeError
from lab import cloud, credentials, foot, ports, wires
from lab.context import Lab, ini
from lab.foot import Foot
from lab.places import Places
from lab.services import SERVICES, gateway
from lab.services.neutron import QUOTAS
from lab.sites import SITES


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return cloud.opened(Places(tmp_path / "state", tmp_path / "cache"))


def test_ini_files_are_written_as_oslo_reads_them() -> None:
    """Booleans in lower case, lists as repeated keys."""
    text = ini({"DEFAULT": {"debug": False, "host": "lab"}, "list": {"item": ["a", "b"]}})
    assert text == "[DEFAULT]\ndebug = false\nhost = lab\n[list]\nitem = a\nitem = b\n"


def test_a_project_that_was_given_nothing_may_make_nothing() -> None:
    """Deny by default; ports, shares and routes alone are allowed, because they need a network or a router first."""
    allowed = {name for name, value in QUOTAS.items() if value != 0}
    assert allowed == {"quota_port", "quota_rbac_policy", "quota_router_route"}
    assert QUOTAS["default_quota"] == 0


def test_every_site_has_its_three_credentials(lab: Lab) -> None:
    """And the cloud administrator one more; each password is another one."""
    entries = credentials.clouds(lab.places, lab.secrets)
    assert len(entries) == 1 + 3 * len(SITES)
    assert entries["suqian-manager"]["auth"]["domain_name"] == "suqian"
    assert entries["suqian-operator"]["auth"]["project_name"] == "extranet"
    assert entries["suqian-admin"]["auth"] == entries["lab-admin"]["auth"]
    passwords = {entry["auth"]["password"] for entry in entries.values()}
    assert len(passwords) == 1 + 2 * len(SITES)
    assert all(entry["verify"] is True and entry["cacert"] for entry in entries.values())


def test_passwords_are_for_root_alone_and_made_once(lab: Lab) -> None:
    """Whoever opens the lab again finds the same ones."""
    credentials.write(lab.places, lab.secrets, machines=True)
    again = cloud.opened(lab.places)
    assert credentials.clouds(again.places, again.secrets) == json.loads(lab.places.clouds_file.read_text())["clouds"]
    files = [lab.places.clouds_file, lab.places.state / "secrets.json"]
    assert [file.stat().st_mode & 0o777 for file in files] == [0o600, 0o600]


def test_devices_fit_into_fifteen_characters() -> None:
    """Linux cuts nothing: it refuses."""
    bridges = [wires.INTEGRATION, wires.CARRIER, wires.INTERNET_NAMESPACE, *wires.physical_networks().values()]
    feet = [foot.device(f"gn-{site}-security_mgmt") for site in SITES]
    assert len(set(bridges)) == len(bridges)
    assert len(set(feet)) == len(feet)
    assert max(map(len, bridges + feet)) <= 15


def test_every_site_has_a_wire_of_its_own() -> None:
    """Fifteen, and the internet."""
    assert set(wires.physical_networks()) == {"internet", *(f"wan-{site}" for site in SITES)}
    assert len(SITES) == 15


@pytest.mark.parametrize("name", ["internet", "gn-internet"])
def test_a_foot_stands_in_a_namespace_of_the_lab_only(name: str) -> None:
    """Neither in a stranger's nor in the internet's."""
    with pytest.raises(ProbeError, match="不合规定"):
        foot.attach([Foot(name, "port", "fa:16:3e:00:00:01", (), ())])


def test_services_come_after_what_they_need() -> None:
    """And every API path leads to a process that some service keeps."""
    seen: set[str] = set()
    for service in SERVICES:
        assert seen.issuperset(service.needs)
        seen.add(service.name)
    processes = {process for service in SERVICES for process in service.processes}
    assert set(gateway.PATHS.values()) <= processes


def test_a_taken_port_is_seen() -> None:
    """Whoever listens on it, and only while it listens."""
    with socket.create_server((ports.HOST, 0)) as listener:
        number = listener.getsockname()[1]
        assert ports.taken(number)
    assert not ports.taken(number)
    assert len(set(ports.ALL.values())) == len(ports.ALL)
