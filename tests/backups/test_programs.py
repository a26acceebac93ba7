"""What backup machines and their clients run, with the real restic and rclone: copies, their way to another site, checks, a restore.

Every promise has its breach beside it: a byte flipped, a file gone, nothing saved, a file changed while it was read.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import threading
import time
from pathlib import Path

import pytest

from infra.backups import journal, manifest
from playbooks.files.govnet_backup import restic
from playbooks.files.govnet_backup.journal import Failed
from playbooks.files.govnet_backup.send import PAUSES, Receiver, Unanswered, insist, send
from tests.backups.centres import ACCOUNT, CARRIER, KEY, Source, flip, needs_restic, packs, run

pytestmark = needs_restic


def test_a_copy_ends_in_a_record_that_the_status_can_read(source: Source) -> None:
    """With what it counted, and the digest of the list that was made before it; no secret in it."""
    record = source.take()
    [read] = journal.read(source.journal.read_text()).records
    assert (read.good, read.files, read.source, read.place) == (True, 4, "source", "suqian")
    listed = source.folder / "state" / "manifests" / f"{record['snapshot']}.json"
    assert read.manifest == manifest.digest(listed.read_text())
    assert not (source.folder / "state" / "frozen").exists()


def test_a_server_that_is_starting_anew_is_waited_for(tmp_path: Path) -> None:
    """As long as that takes; one that never comes is not waited for for ever, and a repository in a folder has no server."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        told = {"RESTIC_REPOSITORY": f"rest:http://source:word@127.0.0.1:{free.getsockname()[1]}/source/"}
    port = int(told["RESTIC_REPOSITORY"].rpartition(":")[2].partition("/")[0])
    begun = time.monotonic()
    restic.awaited(told, patience=0.5)
    restic.awaited({"RESTIC_REPOSITORY": str(tmp_path)})
    assert 0.5 < time.monotonic() - begun < 10
    later = threading.Timer(1, lambda: listening.append(socket.create_server(("127.0.0.1", port))))
    listening: list[socket.socket] = []
    later.start()
    restic.awaited(told, patience=60)
    assert listening, "it was not waited for"
    listening[0].close()


def test_what_comes_back_is_what_the_list_says_also_while_files_change(source: Source) -> None:
    """The list is of the frozen files, so a change after it is in neither."""
    record = source.take()
    (source.data / "plain").write_text("changed since")
    found = source.restored(source.here.home / "source")
    compared = manifest.compare(source.manifest(record["snapshot"]), found["files"])
    assert (found["snapshot"], compared.same, compared.equal) == (record["snapshot"], 4, True)


def test_a_copy_of_nothing_is_no_copy(source: Source) -> None:
    """Neither of an empty folder nor of one that is not there."""
    source.data = source.folder / "nothing"
    source.data.mkdir()
    assert "没有文件可备份" in source.take()["why"]
    source.data = source.folder / "nowhere"
    assert "取不到一份静止的数据" in source.take()["why"]


def test_a_copy_that_fails_says_why_and_tells_no_secret(source: Source) -> None:
    """The account's password is in the address that restic complains about."""
    record = source.take(RESTIC_REPOSITORY=f"rest:http://source:{ACCOUNT}@{source.here.server}/source/none/")
    assert record["why"].startswith("restic backup 失败")
    wrong = source.take(RESTIC_PASSWORD="another-secret")
    assert "wrong password" in wrong["why"]
    told = source.journal.read_text()
    assert not any(secret in told for secret in (ACCOUNT, KEY, "another-secret"))


def test_the_other_site_gets_ciphertext_that_is_restored_there(source: Source) -> None:
    """Every file of the repository, a snapshot last; the second time nothing is sent. It has no key: `restore` is given it."""
    record = source.take()
    carried = source.send()
    assert (carried["snapshot"], carried["result"]) == (record["snapshot"], "ok")
    assert not any(b"plain" in path.read_bytes() for path in source.there.home.rglob("*") if path.is_file())
    before = {path: path.stat().st_mtime_ns for path in packs(source.there)}
    assert before
    assert source.send()["files"] == carried["files"]
    assert {path: path.stat().st_mtime_ns for path in packs(source.there)} == before
    found = source.restored(source.there.home / "carrier" / "source")
    assert manifest.compare(source.manifest(record["snapshot"]), found["files"]).equal


def test_copies_that_outlived_their_centre_are_not_spoilt_by_a_new_repository(source: Source) -> None:
    """The site's backup machine was lost and made anew: what is at the other site stays as it was, and can be restored."""
    snapshot = source.take()["snapshot"]
    assert source.send()["result"] == "ok"
    before = {path: path.read_bytes() for path in source.there.home.rglob("*") if path.is_file()}
    shutil.rmtree(source.here.home / "source")
    subprocess.run(["restic", "init", "--quiet"], env={**os.environ, **source.environment}, check=True)
    assert source.take()["result"] == "ok"
    refused = source.send()
    assert (refused["result"], "另一个仓库" in refused["why"]) == ("failed", True), refused
    assert {path: path.read_bytes() for path in source.there.home.rglob("*") if path.is_file()} == before
    back = source.restored(source.there.home / "carrier" / "source")
    assert back["files"] == source.manifest(snapshot)


def test_what_is_broken_here_is_not_carried_on(source: Source) -> None:
    """The good copy over there stays; the record says which file."""
    source.take()
    source.send()
    (source.data / "more").write_bytes(b"more" * 5000)
    source.take()
    new = next(path for path in packs(source.here) if path.name not in {row.name for row in packs(source.there)})
    flip(new)
    record = source.send()
    assert f"data/{new.name} 已损坏" in record["why"]
    assert new.name not in {row.name for row in packs(source.there)}


def test_what_is_arriving_here_just_now_is_waited_for(source: Source) -> None:
    """Half of a file of the next snapshot is there when the carrier comes by."""
    source.take()
    repository = source.here.home / "source"
    pack, snapshot = packs(source.here)[0], next((repository / "snapshots").iterdir())
    content, written = pack.read_bytes(), snapshot.stat().st_mtime
    pack.write_bytes(content[: len(content) // 2])
    os.utime(pack, (written + 1, written + 1))

    def the_rest_comes(_: float) -> None:
        pack.write_bytes(content)

    receiver = Receiver(source.there.server, "carrier", CARRIER, 1 << 20)
    send(repository, receiver, {"files": 0, "bytes": 0}, the_rest_comes)
    assert pack.name in {row.name for row in packs(source.there)}


def test_a_receiver_that_does_not_answer_is_asked_again(tmp_path: Path) -> None:
    """For some minutes, then the run has failed; one that refuses is not asked twice."""
    waited: list[float] = []
    with socket.create_server(("127.0.0.1", 0)) as free:
        nowhere = f"127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(Unanswered, match="没有应答"):
        insist(tmp_path, Receiver(nowhere, "carrier", CARRIER, 1 << 20), {}, waited.append)
    assert tuple(waited) == PAUSES


def test_a_receiver_that_refuses_is_not_asked_twice(source: Source) -> None:
    """With another password, at once."""
    source.take()
    refused = Receiver(source.there.server, "carrier", "another word", 1 << 20)
    with pytest.raises(Failed, match="HTTP 401"):
        insist(source.here.home / "source", refused, {}, lambda _: pytest.fail("it waited"))


def test_a_carrier_keeps_to_its_pace(source: Source) -> None:
    """A megabyte that cannot be compressed, at a quarter a second."""
    (source.data / "noise").write_bytes(os.urandom(1 << 20))
    source.take()
    record = source.send(kib_per_second=256)
    spent = journal.read((source.folder / "carried.jsonl").read_text()).records[-1]
    assert record["result"] == "ok"
    assert (spent.ended - spent.begun).total_seconds() >= 3


def test_a_flipped_byte_is_found_by_whoever_keeps_the_copy_and_by_the_source(source: Source) -> None:
    """By the keeper without a key, by the source with it; sound repositories pass both."""
    source.take()
    source.send()
    for centre in (source.here, source.there):
        [sound] = source.seals(centre)
        assert sound["result"] == "ok"
        assert sound["files"] >= 4
    assert source.check()["result"] == "ok"
    flip(packs(source.here)[0])
    flip(packs(source.there)[0])
    for centre in (source.here, source.there):
        [broken] = source.seals(centre)
        assert packs(centre)[0].name in broken["why"]
    assert "restic check 失败" in source.check()["why"]


def test_a_repository_without_a_copy_is_not_sound(source: Source) -> None:
    """For nobody: not for the keeper, the source or who restores. The carrier has nothing to carry, and says nothing."""
    [record] = source.seals(source.here)
    assert record["why"] == "没有可检查的副本"
    assert "没有副本" in source.check()["why"]
    assert not source.sent()
    done = run("restore", given=json.dumps({"repository": str(source.here.home / "source"), "password": KEY}))
    assert (done.returncode, done.stdout) == (1, "")
    assert "仓库里没有副本" in done.stderr


def test_the_carrier_cannot_alter_or_see_what_others_keep_there(source: Source) -> None:
    """Its account adds to its own folder; nothing there is replaced."""
    source.take()
    source.send()
    first = packs(source.there)[0]
    first.chmod(0o600)
    first.write_bytes(first.read_bytes() + b"x")
    assert "大小不同" in source.send()["why"]
