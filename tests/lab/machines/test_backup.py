"""A backup machine takes copies and gives them back; it never lets one be deleted, nor one machine see another's."""

from __future__ import annotations

import json

import pytest
from testinfra.host import Host  # type: ignore[import-untyped]  # it has no type hints

from tests.lab.machines.machines import names, on

pytestmark = pytest.mark.usefixtures("configured")

ENVIRONMENT = "set -a; . /etc/govnet-backup-client/environment; set +a; exec"
DELETE = """\
import base64, os, urllib.parse, urllib.request
there = urllib.parse.urlsplit(os.environ["RESTIC_REPOSITORY"].removeprefix("rest:"))
user, _, address = there.netloc.rpartition("@")
ask = urllib.request.Request(f"{{there.scheme}}://{{address}}{{there.path}}snapshots/{}", method="DELETE")
ask.add_header("Authorization", "Basic " + base64.b64encode(user.encode()).decode())
urllib.request.urlopen(ask, timeout=5)
"""


def client() -> str:
    return names("keeps_data")[0]


def snapshots(machine: Host) -> list[str]:
    """Every copy that the client has, by its id."""
    return [row["id"] for row in json.loads(machine.check_output(f"sh -c '{ENVIRONMENT} restic snapshots --json'"))]


def test_a_backup_machine_serves_at_its_planned_address_only() -> None:
    """Not on every address, and not as root."""
    for name in names("backup"):
        machine = on(name)
        assert machine.service("govnet-backup").is_enabled
        assert machine.check_output("ps -o user= -C rclone").strip().startswith("govnet")
        listening = machine.check_output("ss -Hltn sport = :8000").split()
        assert not listening[3].startswith(("0.0.0.0", "*", "[::]"))


def test_a_copy_can_be_taken_but_not_forgotten() -> None:
    """Append only: who owns the client cannot remove what was there before. Asked without restic, which would try for long."""
    machine = on(client())
    assert machine.run("systemctl start govnet-backup-client.service").succeeded
    before = snapshots(machine)
    assert before
    assert "403" in machine.run(f"sh -c '{ENVIRONMENT} python3 -' <<'EOF'\n{DELETE.format(before[0])}\nEOF").stderr
    assert snapshots(machine) == before


def test_a_repository_is_its_owners_alone() -> None:
    """With its own password a machine gets no other's, and without one nobody gets any."""
    machine = on(client())
    address = machine.check_output("grep -o '@[^/]*' /etc/govnet-backup-client/environment").removeprefix("@")
    ask = "import urllib.request as u; u.urlopen('http://{}/other/config', timeout=5)"
    refused = machine.run(f'python3 -c "{ask.format(address)}"')
    assert refused.failed
    assert "401" in refused.stderr


def test_the_passwords_are_roots_alone() -> None:
    """On the client, where they must stand."""
    file = on(client()).file("/etc/govnet-backup-client/environment")
    assert (file.user, oct(file.mode)) == ("root", "0o600")


def test_copies_are_taken_by_the_clock() -> None:
    """The timer is on now and after the next start."""
    timer = on(client()).service("govnet-backup-client.timer")
    assert timer.is_enabled
    assert timer.is_running
