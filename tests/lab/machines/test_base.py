"""What every machine promises, asked of the machine itself, and what it must refuse."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from lab.bastion import namespace
from tests.lab.conftest import must
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


@pytest.mark.parametrize("name", MACHINES)
def test_nothing_listens_beyond_what_the_firewall_lets_in(name: str) -> None:
    """Every socket that is not this machine's own (loopback) is at a port that a flow declares."""
    listening = [line.split() for line in on(name).check_output("ss -Hltun").splitlines()]
    assert listening
    declared = [
        range(rule["port_min"], rule["port_max"] + 1)
        for rule in variables(name)["base_rules"]
        if rule["direction"] == "ingress"
    ]
    for kind, _, _, _, local, *_ in listening:
        address, _, port = local.rpartition(":")
        if address.startswith(("127.", "[::1]")) or address.endswith("%lo") or int(port) in (68, 546):
            continue
        assert any(int(port) in ports for ports in declared), (kind, local)


@pytest.mark.parametrize("name", MACHINES)
def test_nobody_but_root_writes_to_what_everybody_runs(name: str) -> None:
    """No file that anybody may write, and nothing with root's rights beyond what Debian needs for logging in and mounting."""
    machine = on(name)
    here = "find / -xdev ! -path '/var/lib/lxcfs/*'"
    assert machine.check_output(f"{here} -type f -perm -0002") == ""
    assert machine.check_output(f"{here} -type d -perm -0002 ! -perm -1000") == ""
    roots = set(machine.check_output(f"{here} -type f -perm -4000 -user root").split())
    known = {"chfn", "chsh", "gpasswd", "mount", "newgrp", "passwd", "su", "sudo", "umount"}
    others = {"/usr/lib/openssh/ssh-keysign", "/usr/lib/dbus-1.0/dbus-daemon-launch-helper"}
    assert roots
    assert roots <= {f"/usr/bin/{name}" for name in known} | others


@pytest.mark.parametrize("name", MACHINES)
def test_only_security_updates_come_by_themselves(name: str) -> None:
    """By our clock, and from one origin: what Debian's own package would take besides is cleared away."""
    machine = on(name)
    for unit in ("apt-daily.timer", "apt-daily-upgrade.timer", "unattended-upgrades.service"):
        assert machine.check_output(f"systemctl is-enabled {unit} || true") == "masked", unit
    assert machine.service("govnet-updates.timer").is_running
    origins = machine.check_output("apt-config dump Unattended-Upgrade::Origins-Pattern").splitlines()
    assert [line for line in origins if "origin=" in line] == [
        'Unattended-Upgrade::Origins-Pattern:: "origin=Debian,codename=${distro_codename}-security,label=Debian-Security";'
    ]


SESSION = "sudo sh -c 'echo what was done as root'"


def test_what_people_do_as_root_is_recorded_and_can_be_replayed() -> None:
    """On a terminal, all of it; by root alone to be seen. What programs do through pipes is not: it may be a secret, or a whole repository."""
    name = MACHINES[0]
    machine = on(name)
    machine.check_output("find /var/log/sudo-io -mindepth 1 -delete")
    quiet = subprocess.run(["ssh", "-F", str(ssh_config()), name, SESSION], capture_output=True, text=True, check=True)
    assert quiet.stdout == "what was done as root\n"
    shown = "find /var/log/sudo-io -name ttyout -exec zcat -f {} +"
    assert "what was done" not in machine.check_output(shown)
    subprocess.run(["ssh", "-tt", "-F", str(ssh_config()), name, SESSION], capture_output=True, check=True)
    [session] = re.findall(
        r"TTY=\S+ ; .*TSID=(\w+) ; COMMAND=/usr/bin/sh -c '?echo what",
        machine.check_output("sudoreplay -d /var/log/sudo-io/govnet -l"),
    )
    replayed = machine.check_output(f"sudoreplay -d /var/log/sudo-io/govnet -n -s 100 {session}")
    assert "what was done as root" in replayed
    folder = machine.file("/var/log/sudo-io")
    assert (folder.user, oct(folder.mode)) == ("root", "0o700")
    assert "COMMAND=/usr/bin/sh -c" in machine.check_output("journalctl -t sudo --since -2min -o cat --no-pager")


@pytest.mark.parametrize("name", MACHINES)
def test_files_are_as_they_were_sealed(name: str) -> None:
    """Compared now, and by the clock."""
    machine = on(name)
    assert machine.service("govnet-integrity-check.timer").is_running
    assert machine.run("systemctl start govnet-integrity-check.service").succeeded
    assert "0 个与登记不同" in machine.check_output(
        "journalctl -u govnet-integrity-check.service -n 5 -o cat --no-pager"
    )


def test_a_changed_file_is_told_until_it_is_put_right() -> None:
    """By a failed unit, the log and the metric. The next configuration puts right what is its own, and then nothing differs from the seal."""
    name = MACHINES[0]
    machine = on(name)
    check = "systemctl start govnet-integrity-check.service"
    seal = "sha256sum /var/lib/govnet-integrity/aide.db"
    sealed = machine.check_output(seal).split()[0]
    machine.check_output("sh -c 'echo \"# spoiled\" >> /etc/motd; touch /usr/local/bin/foreign'")
    try:
        assert machine.run(check).failed
        told = machine.check_output("journalctl -u govnet-integrity-check.service -p 2 -n 10 -o cat --no-pager")
        assert {"改动 /etc/motd", "新增 /usr/local/bin/foreign"} <= set(told.splitlines())
        metric = machine.check_output("cat /var/lib/prometheus/node-exporter/govnet-integrity.prom")
        assert int(re.findall(r"^govnet_integrity_changed_files (\d+)$", metric, re.MULTILINE)[0]) >= 2
    finally:
        machine.check_output("rm -f /usr/local/bin/foreign")
    must("configure", name)
    assert machine.run(check).succeeded
    assert sealed == machine.check_output(seal).split()[0], "put right, the machine is what it was"


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
