"""A drill brings a copy back where it is kept and compares it with a list that is kept elsewhere; each way to be wrong is seen."""

from __future__ import annotations

import json
import shlex
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml
from rich.console import Console

from infra import keys
from infra.backups import manifest
from infra.backups.drill import Tried, chosen, line, record, signed
from infra.backups.manifest import Compared, compare
from infra.backups.sent import HOME, sent
from infra.cli.drill import table
from infra.drilling import RESTORE, restore
from infra.findings import Verdict
from infra.inventory.access import made
from infra.model.drill import SIGNED_FOR, Drill
from infra.model.enums import Capability
from infra.remote import UNREACHABLE
from infra.signatures import is_by
from infra.signing import sign
from tests.backups.centres import KEY, Source, flip, needs_restic, packs, run
from tests.real import blueprint

COPIES = tuple(sent(made(blueprint())))
AWAY = next(row for row in COPIES if row.copy.offsite and row.source.capability == Capability.MONITORING)
BEGUN = datetime(2026, 11, 24, 4, 5, 6, tzinfo=UTC)
SAME = Compared(3, (), (), ())


@pytest.fixture
def centre(source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Source:
    """The other site's backup machine, asked here: it runs the command as it is given, with its own folder for the machine's."""

    def on(told: object, command: str, *, given: str, seconds: float) -> subprocess.CompletedProcess[str]:
        assert command == RESTORE
        assert KEY not in shlex.join([command])
        assert seconds == AWAY.job.rto_minutes * 60
        needed = json.loads(given)
        assert needed["repository"] == f"{HOME}/{AWAY.repository}"
        return run("restore", given=json.dumps({**needed, "repository": str(source.there.home / "carrier" / "source")}))

    monkeypatch.setattr("infra.drilling.on", on)
    (tmp_path / "key").write_text(f"{KEY}\n")
    return source


def keep(source: Source, snapshot: str, **changed: str | None) -> None:
    """The list of a snapshot, brought to where lists are kept; `changed`: what it says of some paths."""
    told = json.loads((source.folder / "state" / "manifests" / f"{snapshot}.json").read_text())
    files = {**told["files"], **changed}
    told["files"] = {path: content for path, content in files.items() if content is not None}
    file = manifest.kept(source.folder / "lists", AWAY.source.name, snapshot)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(told))


def drill(source: Source) -> Tried:
    told: dict[str, dict[str, str]] = {AWAY.keeper.name: {}}
    return restore(AWAY, told, source.folder / "key", source.folder / "lists")


@needs_restic
def test_a_copy_that_comes_back_whole_from_the_other_site(centre: Source) -> None:
    """Although the source has changed since; nothing of it is left over there."""
    snapshot = centre.take()["snapshot"]
    centre.send()
    keep(centre, snapshot)
    (centre.data / "plain").unlink()
    before = set(Path("/var/tmp").iterdir())
    tried = drill(centre)
    assert (tried.verdict, tried.snapshot, tried.compared) == (Verdict.OK, snapshot, Compared(4, (), (), ()))
    assert not {path for path in set(Path("/var/tmp").iterdir()) - before if path.name.startswith("govnet-drill-")}


@needs_restic
def test_a_flipped_byte_in_the_repository_is_seen(centre: Source) -> None:
    """restic refuses what does not authenticate."""
    keep(centre, centre.take()["snapshot"])
    centre.send()
    for pack in packs(centre.there):
        flip(pack)
    tried = drill(centre)
    assert tried.verdict is Verdict.VIOLATED
    assert "ciphertext verification failed" in tried.reason


@needs_restic
def test_a_content_that_differs_and_a_file_that_is_missing_are_seen(centre: Source) -> None:
    """By the list, which neither the source nor who keeps the copy can change any more."""
    record = centre.take()
    centre.send()
    plain = next(path for path in centre.manifest(record["snapshot"]) if path.endswith("/plain"))
    for changed, words in (
        ({plain: "0" * 64}, f"内容不同 1 个文件，例如 {plain}"),
        ({"gone": "0" * 64}, "缺 1 个文件，例如 gone"),
        ({plain: None}, f"多出 1 个文件，例如 {plain}"),
    ):
        keep(centre, record["snapshot"], **changed)
        tried = drill(centre)
        assert (tried.verdict, tried.faults(), tried.equal) == (Verdict.VIOLATED, (words,), False)


@needs_restic
def test_an_empty_copy_is_not_equal_to_an_empty_list(centre: Source) -> None:
    """A drill that compared nothing has failed."""
    (centre.folder / "void").mkdir()
    backup = ["restic", "backup", "--quiet", str(centre.folder / "void")]
    subprocess.run(backup, env={"PATH": "/usr/bin:/bin", **centre.environment}, check=True)
    centre.send()
    snapshot = next((centre.there.home / "carrier" / "source" / "snapshots").iterdir()).name
    file = manifest.kept(centre.folder / "lists", AWAY.source.name, snapshot)
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"source": "source", "moment": datetime.now(UTC).isoformat(), "files": {}}))
    tried = drill(centre)
    assert (tried.verdict, tried.faults()) == (Verdict.VIOLATED, ("没有一个文件相同",))


@needs_restic
def test_without_a_list_nothing_was_compared(centre: Source) -> None:
    """Which is not the same as a difference."""
    centre.take()
    centre.send()
    tried = drill(centre)
    assert (tried.verdict, tried.compared) == (Verdict.UNCHECKED, None)
    assert "没有收存过" in tried.reason


def test_a_centre_that_does_not_answer_was_not_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is it counted as a failure of the copy."""
    answer = subprocess.CompletedProcess([], UNREACHABLE, "", "no route")
    monkeypatch.setattr("infra.drilling.on", lambda *_, **__: answer)
    (tmp_path / "key").write_text(KEY)
    tried = restore(AWAY, {AWAY.keeper.name: {}}, tmp_path / "key", tmp_path)
    assert (tried.verdict, tried.reason) == (Verdict.UNCHECKED, f"{AWAY.keeper.name} 登录不上：no route")


def test_each_source_is_drilled_once_from_another_city_if_there_is_a_copy() -> None:
    """The own centre only where no other has one."""
    names = [row.source.name for row in chosen(COPIES)]
    assert len(names) == len(set(names)) == len({row.source.name for row in COPIES})
    assert AWAY in chosen(COPIES)
    at_home = [row.local for row in chosen(row for row in COPIES if row.local)]
    assert at_home
    assert all(at_home)


def test_a_restore_that_is_too_slow_or_of_data_too_old_is_a_breach() -> None:
    """Begun minutes count; the limits are those of the plan."""
    job = AWAY.job
    just = Tried(AWAY, BEGUN, job.rto_minutes * 60, "a" * 64, job.rpo_minutes * 60, SAME)
    assert just.verdict is Verdict.OK
    assert [row.partition("，")[2] for row in replace(just, seconds=job.rto_minutes * 60 + 1).faults()] == [
        f"超过 RTO {job.rto_minutes} 分钟"
    ]
    assert replace(just, lost_seconds=job.rpo_minutes * 60 + 1).verdict is Verdict.VIOLATED


def test_a_database_of_no_row_was_not_compared() -> None:
    """Whatever files are the same; with rows it says how many."""
    empty = Tried(AWAY, BEGUN, 1, "a" * 64, compared=SAME, rows=0)
    assert (empty.verdict, empty.equal, empty.faults()) == (Verdict.VIOLATED, False, ("没有核对到一行数据",))
    full = replace(empty, rows=12)
    assert (full.verdict, full.equal, full.told) == (Verdict.OK, True, "3 个文件和表（12 行数据）")


def test_a_database_is_compared_table_by_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its inner key goes with the order; a table that differs, or that nobody brought back, is seen, though every file is as it was."""
    copy = next(row for row in COPIES if row.job.takes == "database" and not row.local)
    saved = {"materials:public.record": "2 aa", "postgres:govnet.copies": "1 bb"}
    for name, word in (("key", KEY), ("cipher", "inner-word")):
        (tmp_path / name).write_text(word)
    list_of = manifest.kept(tmp_path, copy.source.name, "a" * 64)
    list_of.parent.mkdir()
    said = {"source": copy.source.name, "moment": datetime.now(UTC).isoformat(), "files": {"f": "1"}, "tables": saved}
    list_of.write_text(json.dumps(said))

    def tried(tables: dict[str, str]) -> Tried:
        def on(told: object, command: str, *, given: str, seconds: float) -> subprocess.CompletedProcess[str]:
            assert json.loads(given)["cipher"] == "inner-word"
            found = {"snapshot": "a" * 64, "files": {"f": "1"}, "tables": tables}
            return subprocess.CompletedProcess([], 0, json.dumps(found), "")

        monkeypatch.setattr("infra.drilling.on", on)
        return restore(copy, {copy.keeper.name: {}}, tmp_path / "key", tmp_path, tmp_path / "cipher")

    good = tried(saved)
    assert (good.verdict, good.rows, good.compared) == (Verdict.OK, 3, Compared(3, (), (), ()))
    assert "内容不同 1" in tried({**saved, "materials:public.record": "2 ab"}).faults()[0]
    assert tried({}).faults()[0] == "没有核对到一行数据"
    assert "缺 2" in tried({}).faults()[1]


def test_comparing_finds_every_sort_of_difference() -> None:
    """And nothing compared is not equal."""
    saved, restored = {"a": "1", "b": "2", "c": "3"}, {"a": "1", "b": "other", "d": "4"}
    assert compare(saved, restored) == Compared(1, ("c",), ("b",), ("d",))
    assert compare(saved, saved).equal
    assert not compare({}, {}).equal


def test_a_record_is_signed_as_openssh_signs(tmp_path: Path) -> None:
    """Its own tool and ours agree; a word changed, another key or another purpose, and neither believes it."""
    key, other = keys.operator(tmp_path, "one"), keys.operator(tmp_path, "other")
    tried = Tried(AWAY, BEGUN, 61, "a" * 64, 3600, SAME)
    draft = record(tried, "备份岗", date(2026, 11, 24))
    done = signed(draft, sign(draft.said(), key.file, SIGNED_FOR))
    assert done.measured is not None
    [read] = yaml.safe_load(f"drills:\n{line(done)}")["drills"]
    assert Drill.model_validate(read) == done
    assert (done.id, done.minutes, done.measured.lost_minutes) == ("monitoring_20261124_040506", 2, 60)
    signature = done.measured.signature
    assert is_by(key.public, signature, done.said(), SIGNED_FOR)
    armour = "-----BEGIN SSH SIGNATURE-----\n{}\n-----END SSH SIGNATURE-----\n"
    (tmp_path / "signature").write_text(armour.format(signature))
    (tmp_path / "signers").write_text(f"backup {key.public}\n")
    check = ["ssh-keygen", "-Y", "verify", "-f", str(tmp_path / "signers"), "-I", "backup", "-n", SIGNED_FOR]
    subprocess.run(
        [*check, "-s", str(tmp_path / "signature")], input=done.said(), text=True, check=True, capture_output=True
    )
    for believed in (
        is_by(other.public, signature, done.said(), SIGNED_FOR),
        is_by(key.public, signature, done.model_copy(update={"minutes": 1}).said(), SIGNED_FOR),
        is_by(key.public, signature, done.said(), "file"),
        is_by(key.public, signature[:-8], done.said(), SIGNED_FOR),
        is_by(key.public, "-", done.said(), SIGNED_FOR),
    ):
        assert not believed


def test_the_table_says_what_came_of_it() -> None:
    """In words, for each."""
    console = Console(width=80, record=True)
    good = Tried(AWAY, BEGUN, 61, "a" * 64, 3600, SAME)
    console.print(table([good, Tried(AWAY, BEGUN, 1, reason="登录不上", unchecked=True)]))
    shown = console.export_text()
    assert "…" not in shown
    assert all(word in shown for word in ("3 个文件", "一致", "没有核对", "登录不上", "1 小时"))
