"""What every machine promises, asked of the machine itself, and what it must refuse."""

from __future__ import annotations

import subprocess

import pytest

from infra.engine import ROOT
from infra.hostaccess import reach
from infra.inventory import inventory
from lab.bastion import namespace
from tests.machines.machines import names, on
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
    told = inventory(blueprint(), reach(ROOT, blueprint()))["_meta"]["hostvars"][name]
    addresses = [line.split()[1] for line in sources.splitlines() if line.startswith("URIs:")]
    assert addresses
    assert all(address.startswith(told["base_packages_url"]) for address in addresses)
    assert machine.run("timeout 3 bash -c '</dev/tcp/203.0.113.1/80'").failed


@pytest.mark.parametrize("name", MACHINES)
@pytest.mark.parametrize(
    ("how", "options"),
    [
        ("root", ["-l", "root"]),
        (
            "a password",
            ["-o", "PubkeyAuthentication=no", "-o", "PreferredAuthentications=password,keyboard-interactive"],
        ),
    ],
)
def test_nobody_logs_in_but_the_operator_with_the_key(name: str, how: str, options: list[str]) -> None:
    """Refused, and the refusal is SSH's own: it was reached."""
    told = inventory(blueprint(), reach(ROOT, blueprint()))["_meta"]["hostvars"][name]
    words = told["ansible_ssh_common_args"]
    line = f"ssh -i {told['ansible_ssh_private_key_file']} {words} -l {told['ansible_user']} -o BatchMode=yes"
    shown = " ".join(f"'{option}'" for option in options)
    refused = subprocess.run(
        [
            "bash",
            "-c",
            f"{line.replace('-l govnet', '')} {shown if '-l' in options else '-l govnet ' + shown} {told['ansible_host']} true",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 255
    assert "Permission denied (publickey)" in refused.stderr


@pytest.mark.parametrize("name", MACHINES)
def test_a_port_that_nobody_declared_is_closed_from_the_bastion(name: str) -> None:
    """Silence: neither the group nor the machine's firewall answers."""
    told = inventory(blueprint(), reach(ROOT, blueprint()))["_meta"]["hostvars"][name]
    site = name.partition("-")[0]
    knock = f"import socket; socket.create_connection(('{told['ansible_host']}', 111), 2)"
    done = subprocess.run(
        ["ip", "netns", "exec", namespace(site), "python3", "-c", knock], capture_output=True, text=True, check=False
    )
    assert "timed out" in done.stderr


def test_all_machines_are_looked_at() -> None:
    """By this file, and by the inventory alike."""
    assert names("all") == MACHINES
