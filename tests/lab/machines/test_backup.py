"""A backup machine takes copies and gives them back; it never lets one be deleted, nor one machine see another's."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import time
from pathlib import Path

import pytest
from testinfra.host import Host  # type: ignore[import-untyped]  # it has no type hints

from infra import keys, stackfiles
from infra.backups import journal
from infra.backups.journal import Record
from infra.backups.sent import HOME, Sent, sent
from infra.blueprint.load import load
from infra.blueprint.planned import DECLARATIONS, STATE
from infra.engine import ROOT
from infra.hostaccess import reach
from infra.inventory.access import made
from infra.inventory.backup import secrets
from infra.model.drill import SIGNED_FOR
from infra.model.enums import Capability, Level
from infra.signatures import is_by
from infra.workspace import Workspace
from tests.lab.conftest import must
from tests.lab.machines.machines import names, on
from tests.real import blueprint

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
FLIP = """\
path = "{}"
content = bytearray(open(path, "rb").read())
content[len(content) // 2] ^= 1
open(path, "r+b").write(content)
"""
AS_SENDER = """\
import base64, json, urllib.request
told = json.load(open("{0}"))
address = "http://%s/%s/{1}/snapshots/{2}" % (told["server"], told["account"])
ask = urllib.request.Request(address, method="{3}", data=b"another" if "{3}" == "POST" else None)
word = "%s:%s" % (told["account"], told["password"])
ask.add_header("Authorization", "Basic " + base64.b64encode(word.encode()).decode())
urllib.request.urlopen(ask, timeout=10)
"""
CARRIED = 180.0
"""Seconds within which a new copy is at the other site: it is small, and sent as soon as it is there."""


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


ALTER = DELETE.replace('method="DELETE"', 'method="POST", data=b"another snapshot"')


def test_a_copy_cannot_be_altered_either() -> None:
    """What a stolen credential may do is add: the same name again is refused, and the snapshot is still the one it was."""
    machine = on(client())
    [*_, last] = snapshots(machine)
    assert "403" in machine.run(f"sh -c '{ENVIRONMENT} python3 -' <<'EOF'\n{ALTER.format(last)}\nEOF").stderr
    assert machine.run(f"sh -c '{ENVIRONMENT} restic cat snapshot {last}'").succeeded


def carried() -> Sent:
    """A copy of a monitor's data that is carried to another site."""
    rows = sent(made(blueprint()))
    return next(row for row in rows if not row.local and row.source.capability == Capability.MONITORING)


def records(name: str) -> list[Record]:
    """What a machine wrote of its runs; readable, or this fails."""
    found = journal.read(on(name).check_output(f"cat {journal.FILE}"))
    assert not found.problem
    return list(found.records)


def arrives(copy: Sent, snapshot: str) -> None:
    """Wait until a snapshot is where it is carried to."""
    there = on(copy.keeper.name).file(f"{HOME}/{copy.repository}/snapshots/{snapshot}")
    end = time.monotonic() + CARRIED
    while not there.exists and time.monotonic() < end:
        time.sleep(5)
    assert there.exists


def test_a_new_copy_is_at_the_other_site_within_minutes() -> None:
    """Nobody asks for it: the new snapshot itself does. What arrives is restored there with a key that is brought, and equal to the list."""
    copy = carried()
    assert on(copy.source.name).run("systemctl start govnet-backup-client.service").succeeded
    taken = records(copy.source.name)[-1]
    assert (taken.kind, taken.good, taken.files > 0) == (journal.COPY, True, True), taken
    arrives(copy, taken.snapshot)
    assert records(copy.sender.name)[-1].place == copy.copy.site


def test_the_account_at_the_other_site_can_only_add() -> None:
    """Asked with the sender's own password."""
    copy = carried()
    file = f"/etc/govnet-backup/replicas/{copy.copy.site}.json"
    sender = on(copy.sender.name)
    [snapshot, *_] = on(copy.keeper.name).check_output(f"ls {HOME}/{copy.repository}/snapshots").split()
    for method in ("DELETE", "POST"):
        done = sender.run(f"python3 - <<'EOF'\n{AS_SENDER.format(file, copy.source.name, snapshot, method)}\nEOF")
        assert "403" in done.stderr, done.stderr
    assert on(copy.keeper.name).file(f"{HOME}/{copy.repository}/snapshots/{snapshot}").exists
    assert sender.file(file).mode & 0o777 == 0o640


@pytest.mark.parametrize("here", [True, False], ids=["at_home", "at_the_other_site"])
def test_a_flipped_byte_is_found_by_its_keeper_and_told(here: bool) -> None:
    """Without the key: a failed unit and a record that names the file. Put right, the check passes."""
    copy = carried()
    name, repository = (copy.sender.name, copy.source.name) if here else (copy.keeper.name, copy.repository)
    keeper = on(name)
    pack = keeper.check_output(f"find {HOME}/{repository}/data -type f | sort | head -1").strip()
    assert keeper.run("systemctl start govnet-backup-seals.service").succeeded
    try:
        keeper.check_output(f"python3 -c {shlex.quote(FLIP.format(pack))}")
        assert keeper.run("systemctl start govnet-backup-seals.service").failed
        assert keeper.run("systemctl is-failed govnet-backup-seals.service").succeeded
        last = next(row for row in reversed(records(name)) if row.source == repository)
        assert (last.kind, last.good) == (journal.CHECK, False)
        assert pack.rpartition("/")[2] in last.why
        if here:
            assert on(copy.source.name).run("systemctl start govnet-backup-check.service").failed
    finally:
        keeper.check_output(f"python3 -c {shlex.quote(FLIP.format(pack))}")
    assert keeper.run("systemctl start govnet-backup-seals.service").succeeded
    if here:
        assert on(copy.source.name).run("systemctl start govnet-backup-check.service").succeeded


def test_every_run_is_asked_for_by_the_clock_too() -> None:
    """What was lost on the way is sent again, and what is kept is read through."""
    copy = carried()
    place = f"govnet-backup-replica@{copy.copy.site}"
    for name, unit in (
        (copy.sender.name, f"{place}.timer"),
        (copy.sender.name, f"{place}.path"),
        (copy.sender.name, "govnet-backup-seals.timer"),
        (copy.keeper.name, "govnet-backup-seals.timer"),
        (copy.source.name, "govnet-backup-check.timer"),
    ):
        unit_there = on(name).service(unit)
        assert (unit_there.is_enabled, unit_there.is_running) == (True, True), unit


def test_status_and_drill_say_that_all_is_well(tmp_path: Path) -> None:
    """The record goes into a copy of the estate, signed by the site's operator, and the rule for drills (P25) believes it."""
    must("backup", "status")
    estate = tmp_path / "estate"
    shutil.copytree(ROOT / "estate", estate)
    must("drill", "restore", "--estate", str(estate))
    copy = carried()
    file = estate / "sites" / copy.site.id / "site.yaml"
    key = " ".join(keys.operator(reach(ROOT, blueprint()).keys, copy.site.id).public.split()[:2])
    file.write_text(f"{file.read_text().rstrip()}\ndrill_signers: [{key}]\n")
    loaded = load(estate)
    assert loaded.estate is not None
    assert not loaded.findings
    drills = loaded.estate.sites[copy.site.id].drills
    for subject in (copy.job.declared_by, f"site:{copy.site.id}"):
        last = max((row for row in drills if row.subject == subject), key=lambda row: (row.tested, row.id))
        assert last.measured is not None
        assert (last.equal, last.copy_at, last.measured.files > 0) == (True, copy.copy.site, True)
        assert is_by(key, last.measured.signature, last.said(), SIGNED_FOR)


def test_the_deployment_state_is_kept_and_comes_back(tmp_path: Path) -> None:
    """From the site's monitor, and without it from the other site: what the engine exports, whole; what unseals its secrets is not in it."""
    copy, out = carried(), tmp_path / "back"
    must("backup", "keep", copy.site.id)
    assert on(copy.source.name).run("systemctl start govnet-backup-client.service").succeeded
    arrives(copy, records(copy.source.name)[-1].snapshot)
    must("backup", "status", copy.site.id)
    must("backup", "fetch", copy.site.id, "--out", str(out))
    must("backup", "fetch", copy.site.id, "--out", str(tmp_path / "away"), "--from", copy.copy.site)
    back, away = (
        {path.relative_to(top): path.read_bytes() for path in top.rglob("*.*")} for top in (out, tmp_path / "away")
    )
    assert back == away
    states = sorted((out / STATE).iterdir())
    assert [path.stem for path in states] == sorted(f"{copy.site.id}.{layer}" for layer in stackfiles.CREDENTIALS)
    workspace = Workspace.open(ROOT, os.environ)
    for path in states:
        state = json.loads(path.read_text())["deployment"]
        assert state == workspace.state(path.stem)
        assert state["resources"]
    word = workspace.passphrase_file(copy.site.id).read_text().strip()
    assert not any(word in path.read_text() for path in out.rglob("*") if path.is_file())
    if copy.site.level is Level.PROVINCE:
        for path in sorted((ROOT / "estate").rglob("*.yaml")):
            assert (out / DECLARATIONS / path.relative_to(ROOT)).read_text() == path.read_text()


@pytest.mark.parametrize("here", [True, False], ids=["from_home", "from_the_other_site"])
def test_what_was_lost_is_brought_back(here: bool) -> None:
    """A folder emptied, another spoiled: after the restore both are as they were, and Prometheus runs on them."""
    copy = carried()
    name, place = copy.source.name, copy.site.id if here else copy.copy.site
    machine = on(name)
    machine.check_output("sh -c 'echo kept > /var/lib/prometheus/metrics2/kept'")
    assert machine.run("systemctl start govnet-backup-client.service").succeeded
    taken = records(name)[-1]
    arrives(copy, taken.snapshot)
    before = machine.check_output("sh -c 'cd /etc/prometheus && find . -type f | sort | xargs sha256sum'")
    machine.check_output("sh -c 'rm /var/lib/prometheus/metrics2/kept; echo spoiled >> /etc/prometheus/prometheus.yml'")
    must("backup", "restore", name, "--from", place, "--yes")
    assert machine.file("/var/lib/prometheus/metrics2/kept").content_string == "kept\n"
    assert machine.check_output("sh -c 'cd /etc/prometheus && find . -type f | sort | xargs sha256sum'") == before
    assert machine.service("prometheus").is_running
    assert not machine.file("/var/lib/govnet-backup-client/brought").exists


def test_no_secret_is_in_what_is_written_of_runs() -> None:
    """Neither in what Ansible left here, nor in the machines' logs and journals, nor on a command line that anybody may see."""
    words = [file.read_text().strip() for file in secrets(blueprint(), reach(ROOT, blueprint()).keys)]
    assert len(words) >= 3
    assert all(len(word) > 20 for word in words)
    left = [path for path in (ROOT / ".govnet").rglob("*") if path.is_file()]
    assert any("hosts" in path.parts for path in left), "Ansible left no log"
    for path in left:
        content = path.read_bytes()
        assert not any(word.encode() in content for word in words), path
    for name in {*names("backup"), *names("keeps_data")}:
        told = on(name).check_output(f"journalctl --no-pager -o cat; cat {journal.FILE} || true; ps -eo args")
        assert told
        assert not any(word in told for word in words), name
