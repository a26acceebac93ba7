"""Old snapshots are removed by who keeps them, with the key; real restic, both centres, and a systemctl that writes down what it is told."""

from __future__ import annotations

import getpass
import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from infra.backups import journal
from tests.backups.centres import KEY, Centre, Source, lines, needs_restic, run

pytestmark = needs_restic

SYSTEMCTL = """\
#!/bin/sh
echo "$@" >> {told}
case "$1" in list-units) printf 'govnet-backup.service loaded active running x\\ngovnet-backup-replica@province.service loaded activating start x\\n';; esac
"""


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What systemctl was told, one line a call; on this machine there is no systemd to ask."""
    file, program = tmp_path / "systemctl.told", tmp_path / "bin" / "systemctl"
    program.parent.mkdir()
    program.write_text(SYSTEMCTL.format(told=file))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    return file


def prune(centre: Centre, repository: str, snapshots: Sequence[str], records: Path) -> subprocess.CompletedProcess[str]:
    order: dict[str, Any] = {
        "action": "prune",
        "repository": str(centre.home / repository),
        "password": KEY,
        "journal": str(records),
        "user": getpass.getuser(),
        "job": "source-backup",
        "source": repository,
        "place": "suqian",
        "snapshots": list(snapshots),
    }
    return run("prune", given=json.dumps(order))


def there(centre: Centre, repository: str) -> list[str]:
    return sorted(path.name for path in (centre.home / repository / "snapshots").iterdir())


def test_what_is_named_goes_and_the_rest_still_comes_back(source: Source, told: Path, tmp_path: Path) -> None:
    """With the data that only the removed one stood on; what came after is as it was, and no secret is written."""
    old = source.take()["snapshot"]
    (source.data / "plain").write_text("newer")
    new = source.take()["snapshot"]
    records = tmp_path / "prune.jsonl"
    done = prune(source.here, "source", [old], records)
    assert done.returncode == 0, done.stderr
    assert there(source.here, "source") == [new]
    assert source.restored(source.here.home / "source")["files"] == source.manifest(new)
    [record] = journal.read(records.read_text()).records
    assert (record.kind, record.good, record.files) == (journal.PRUNE, True, 1)
    assert KEY not in records.read_text()
    assert source.check()["result"] == "ok"


def test_services_stand_still_meanwhile_and_run_again(source: Source, told: Path, tmp_path: Path) -> None:
    """Also when nothing could be removed. A run that was cut short is its own clock's to begin again."""
    source.take()
    assert prune(source.here, "source", ["f" * 64], tmp_path / "prune.jsonl").returncode == 1
    [_, stop, start] = told.read_text().splitlines()
    assert stop == "stop -- govnet-backup.service govnet-backup-replica@province.service"
    assert start == "start -- govnet-backup.service"


def test_nobody_removes_everything(source: Source, told: Path, tmp_path: Path) -> None:
    """Whatever he was told; and the record says that it was not done."""
    only = source.take()["snapshot"]
    done = prune(source.here, "source", [only], tmp_path / "prune.jsonl")
    assert (done.returncode, "全部" in done.stderr) == (1, True)
    assert there(source.here, "source") == [only]
    assert lines(tmp_path / "prune.jsonl")[-1]["result"] == "failed"


def test_a_broken_repository_is_left_as_it_is(source: Source, told: Path, tmp_path: Path) -> None:
    """It is somebody's last hope: first it is looked into, then it is tidied up."""
    old = source.take()["snapshot"]
    (source.data / "plain").write_text("newer")
    source.take()
    for index in (source.here.home / "source" / "index").iterdir():
        index.chmod(0o600)
        index.write_bytes(b"spoiled")
    before = there(source.here, "source")
    assert prune(source.here, "source", [old], tmp_path / "prune.jsonl").returncode == 1
    assert there(source.here, "source") == before


def test_removed_at_home_and_then_elsewhere_it_is_not_sent_again(source: Source, told: Path, tmp_path: Path) -> None:
    """Packs are removed and never written anew: what stays has the same names at both, and the next copy arrives as always."""
    old = source.take()["snapshot"]
    (source.data / "plain").write_text("newer")
    new = source.take()["snapshot"]
    assert source.send()["result"] == "ok"
    for centre, repository in ((source.here, "source"), (source.there, "carrier/source")):
        done = prune(centre, repository, [old], tmp_path / "prune.jsonl")
        assert done.returncode == 0, done.stderr
    (source.data / "plain").write_text("newest")
    newest = source.take()["snapshot"]
    assert source.send()["result"] == "ok"
    assert there(source.there, "carrier/source") == sorted([new, newest])
    assert source.restored(source.there.home / "carrier" / "source")["files"] == source.manifest(newest)
    assert all(row["result"] == "ok" for row in source.seals(source.there))
