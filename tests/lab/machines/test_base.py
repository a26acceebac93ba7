"""What every machine promises, asked of the machine itself, and what it must refuse."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from lab.bastion import namespace
from tests.lab.machines.machines import names, on, ssh_config, variables
from tests.real import blueprint

pytestmark = pytest.mark.usefixtures("configured")

MACHINES = sorted(row.name for site in blueprint().sites for row in site.hosts if row.realised)


@pytest.mark.parametrize("name", MACHINES)
def test_a_machine_is_running_with_nothing_failed(name: str) -> None:
    """systemd says so of the whole machine."""
    assert on(name).check_output("systemctl is-system-running") == "running"


@pytest.mark.parametrize("name", MACHINES)
def test_time_logs_metrics_and_firewall_are_kept_up(name: str) -> None:
    """Now, and after the next start."""
    machine = on(name)
    for service in ("chrony", "nftables", "prometheus-node-exporter", "ssh"):
        assert machine.service(service).is_enabled, service
    for service in ("chrony", "prometheus-node-exporter", "ssh", "systemd-journald"):
        assert machine.service(service).is_running, service
    assert machine.file("/var/log/journal").is_directory


@pytest.mark.parametrize("name", MACHINES)
def test_the_clock_of_the_host_is_never_touched(name: str) -> None:
    """A container shares it."""
    assert "-x" in on(name).check_output("ps -o args= -C chronyd").split()


@pytest.mark.parametrize("name", MACHINES)
def test_what_no_rule_permits_is_dropped_on_the_machine_itself(name: str) -> None:
    """Both ways, whatever the security groups say."""
    rules = on(name).check_output("nft list table inet govnet")
    assert rules.count("policy drop") == 2
    assert "0.0.0.0/0" not in rules


@pytest.mark.parametrize("name", MACHINES)
def test_packages_come_from_the_cache_in_operations_and_from_nowhere_else(name: str) -> None:
    """There is no internet inside the extranet."""
    machine = on(name)
    sources = machine.check_output("cat /etc/apt/sources.list.d/*; cat /etc/apt/sources.list 2>/dev/null || true")
    addresses = [line.split()[1] for line in sources.splitlines() if line.startswith("URIs:")]
    assert addresses
    assert all(address.startswith(variables(name)["base_packages_url"]) for address in addresses)
    assert machine.run("timeout 3 bash -c '</dev/tcp/203.0.113.1/80'").failed


@pytest.mark.parametrize("name", MACHINES)
@pytest.mark.parametrize(
    "options",
    [
        pytest.param(["-l", "root"], id="root"),
        pytest.param(["-o", "PubkeyAuthentication=no"], id="a password"),
    ],
)
def test_nobody_logs_in_but_the_operator_with_the_key(name: str, options: list[str]) -> None:
    """Refused, and the refusal is SSH's own: it was reached."""
    refused = login(name, *options)
    assert refused.returncode == 255
    assert "Permission denied (publickey)" in refused.stderr


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that people log in with, but for another key than the operator's."""
    folder = tmp_path_factory.mktemp("stranger")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / "key"], check=True)
    text, count = re.subn(r"(IdentityFile) \S+", rf"\1 {folder / 'key'}", ssh_config().read_text(encoding="utf-8"))
    assert count == len(MACHINES)
    (folder / "ssh_config").write_text(text, encoding="utf-8")
    return folder / "ssh_config"


@pytest.mark.parametrize("name", MACHINES)
def test_a_strangers_key_opens_nothing(name: str, stranger: Path) -> None:
    refused = login(name, file=stranger)
    assert refused.returncode == 255
    assert "Permission denied (publickey)" in refused.stderr


@pytest.mark.parametrize("name", MACHINES)
def test_a_machine_with_another_key_than_from_birth_is_not_talked_to(name: str, tmp_path: Path) -> None:
    """Nobody trusts at first sight: without the known key there is no session, though the operator's own key is right."""
    assert login(name).returncode == 0
    unknown = login(name, "-o", f"UserKnownHostsFile={tmp_path / 'empty'}")
    assert unknown.returncode == 255
    assert "Host key verification failed" in unknown.stderr


@pytest.mark.parametrize("name", MACHINES)
def test_a_port_that_nobody_declared_is_closed_from_the_bastion(name: str) -> None:
    """Silence: neither the group nor the machine's firewall answers. The same knock at the port of SSH is heard."""
    knock = "import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), 2)"

    def knocked(port: int) -> str:
        words = ("python3", "-c", knock, variables(name)["ansible_host"], str(port))
        bastion = namespace(name.partition("-")[0])
        done = subprocess.run(["ip", "netns", "exec", bastion, *words], capture_output=True, text=True, check=False)
        return done.stderr

    assert knocked(22) == ""
    assert "timed out" in knocked(111)


def test_all_machines_are_looked_at() -> None:
    """By this file, and by the inventory alike."""
    assert names("all") == MACHINES


def login(name: str, *options: str, file: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Log in as people do, with options that come before those of the file; never over a connection that stands already."""
    line = [
        "ssh",
        *options,
        "-o",
        "BatchMode=yes",
        "-o",
        "ControlPath=none",
        "-F",
        str(file or ssh_config()),
        name,
        "true",
    ]
    return subprocess.run(line, capture_output=True, text=True, check=False)
