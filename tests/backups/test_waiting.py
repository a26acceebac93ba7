"""A machine made anew takes no copy before its data are back: the newest copy would be of nothing, and that is what a restore brings."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest
import typer

from infra import restoring
from infra.cli import backup_restore
from infra.cli.backup_restore import agreed, begin_afresh, restore
from infra.errors import Exit, UsageError
from infra.remote import UNREACHABLE
from tests.backups.centres import Source, needs_restic, packs
from tests.backups.test_bring_back import bring_back, order
from tests.backups.test_drill import AWAY
from tests.real import blueprint

MACHINE = AWAY.source.name


def marks(state: Path) -> list[str]:
    return sorted(path.name for path in state.iterdir() if path.name in ("unrestored", "settled"))


def made_anew(source: Source) -> None:
    """Destroyed, built and configured: an empty disk, and the mark that the role leaves there."""
    shutil.rmtree(source.data)
    source.data.mkdir()
    (source.data / "fresh").write_text("what a package brings")
    shutil.copytree(source.folder / "state" / "manifests", source.folder / "kept")
    shutil.rmtree(source.folder / "state")
    (source.folder / "state").mkdir()
    (source.folder / "state" / "unrestored").touch(0o600)


@needs_restic
def test_no_copy_is_taken_while_a_machine_waits_and_the_repository_stays_as_it_is(source: Source) -> None:
    """The record says what to do; nothing is added over there, and the newest copy is the one with data."""
    snapshot = source.take()["snapshot"]
    before = {path: path.read_bytes() for path in source.here.home.rglob("*") if path.is_file()}
    made_anew(source)
    record = source.take()
    assert (record["kind"], record["result"], record["snapshot"]) == ("copy", "failed", "")
    assert "先 govnet backup restore source；" in record["why"]
    assert "govnet backup restore source --afresh" in record["why"]
    assert {path: path.read_bytes() for path in source.here.home.rglob("*") if path.is_file()} == before
    assert source.restored(source.here.home / "source")["snapshot"] == snapshot


@needs_restic
def test_once_its_data_are_back_copies_are_taken_again(source: Source) -> None:
    """Not when they are only laid out, nor when they were not put in their place."""
    snapshot = source.take()["snapshot"]
    told = order(source, snapshot)
    made_anew(source)
    state = source.folder / "state"
    assert bring_back(source, "lay")[0] == 0
    assert bring_back(source, "place", given={**told, "paths": ["/nowhere/at/all"]})[0] == 1
    assert (marks(state), source.take()["result"]) == (["unrestored"], "failed")
    assert bring_back(source, "lay")[0] == 0
    assert bring_back(source, "place", given=told)[0] == 0
    assert marks(state) == ["settled"]
    assert (source.data / "plain").read_text() == "plain"
    record = source.take()
    assert (record["result"], record["files"]) == ("ok", 4)


@needs_restic
def test_a_machine_begins_afresh_when_somebody_says_so(source: Source) -> None:
    """Old copies stay; whether it had waited is answered, and saying it twice does no harm."""
    snapshot = source.take()["snapshot"]
    old = {path.name for path in packs(source.here)}
    made_anew(source)
    assert bring_back(source, "afresh") == (0, {"waited": True})
    assert marks(source.folder / "state") == ["settled"]
    assert (source.folder / "state" / "settled").stat().st_mode & 0o777 == 0o600
    assert bring_back(source, "afresh") == (0, {"waited": False})
    record = source.take()
    assert (record["result"], record["files"]) == ("ok", 1)
    assert old <= {path.name for path in packs(source.here)}
    assert (source.here.home / "source" / "snapshots" / snapshot).exists()


@pytest.mark.parametrize("also", [{"site": "suqian"}, {"unlisted": True}], ids=lambda also: next(iter(also)))
def test_beginning_afresh_uses_no_copy(also: dict[str, object]) -> None:
    """To name one as well is a mistake."""
    with pytest.raises(UsageError, match="--afresh 不用任何副本"):
        restore(MACHINE, afresh=True, yes=True, **also)  # type: ignore[arg-type]


def test_nobody_to_ask_is_no_consent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether data are replaced or given up."""
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    for afresh in (True, False):
        with pytest.raises(UsageError, match="没有终端可问"):
            restore(MACHINE, afresh=afresh)
    agreed("x", yes=True)


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        ((0, '{"waited": true}', ""), Exit.OK, "从现在起重新备份；旧副本仍在"),
        ((0, '{"waited": false}', ""), Exit.OK, "本来就没有等待恢复"),
        ((1, "", "恢复失败：x"), Exit.UNCHECKED, "没有做成：恢复失败：x"),
        ((UNREACHABLE, "", "refused"), Exit.UNCHECKED, f"没有做成：{MACHINE} 登录不上：refused"),
    ],
    ids=["waited", "had_not_waited", "failed", "unreachable"],
)
def test_what_became_of_it_is_said(
    answer: tuple[int, str, str],
    code: Exit,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """By the same exit codes as a restore."""
    asked: list[str] = []

    def on(told: object, command: str) -> subprocess.CompletedProcess[str]:
        asked.append(command)
        return subprocess.CompletedProcess([], *answer)

    monkeypatch.setattr(restoring, "on", on)
    monkeypatch.setattr(backup_restore, "standing", lambda _: nullcontext())
    ended = Exit.OK
    try:
        begin_afresh(blueprint(), MACHINE, {})
    except typer.Exit as over:
        ended = Exit(over.exit_code)
    assert (ended, said in capsys.readouterr().out) == (code, True)
    assert asked[0].rstrip("'").endswith(f"--state {restoring.STATE} afresh")
