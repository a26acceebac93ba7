"""Data go back to where they were: laid out first, put in their place second, and nothing is lost by either."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from infra.backups import manifest
from infra.backups.drill import Tried
from infra.backups.manifest import Compared
from infra.cli.backup_restore import found, reason
from infra.errors import UsageError
from tests.backups.centres import KEY, PROGRAMS, Source, needs_restic
from tests.backups.test_drill import AWAY, BEGUN, SAME
from tests.real import blueprint

pytestmark = needs_restic


def bring_back(source: Source, *words: object, given: object = None, repository: bool = True) -> tuple[int, Any]:
    """Run a step as the machine does: its exit code, and what it answers or complains of."""
    environment = source.environment if repository else {"RESTIC_PASSWORD": KEY}
    done = subprocess.run(
        [sys.executable, "-B", "-m", "govnet_backup.bring_back", "--state", source.folder / "state", *map(str, words)],
        env={**os.environ, **environment, "PYTHONPATH": str(PROGRAMS)},
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr if done.returncode else json.loads(done.stdout)


def order(source: Source, taken: str, **changed: object) -> dict[str, object]:
    listed = manifest.read((source.folder / "state" / "manifests" / f"{taken}.json").read_text())
    told = {"snapshot": taken, "paths": [str(source.data)], "units": [], "owners": listed.owners}
    return {**told, **changed}


def test_data_come_back_and_what_was_there_is_moved_aside(source: Source) -> None:
    """Laid out they change nothing; put in their place they are as they were, odd names and all."""
    snapshot = source.take()["snapshot"]
    (source.data / "plain").write_text("spoiled")
    code, laid = bring_back(source, "lay")
    assert (code, laid["snapshot"]) == (0, snapshot)
    assert manifest.compare(source.manifest(snapshot), laid["files"]).equal
    assert (source.data / "plain").read_text() == "spoiled"
    code, done = bring_back(source, "place", given=order(source, snapshot))
    assert (code, done["placed"]) == (0, [str(source.data)])
    assert (source.data / "plain").read_text() == "plain"
    assert (source.data / "inner" / "link").readlink() == Path("../plain")
    assert (Path(done["aside"]) / str(source.data).lstrip("/") / "plain").read_text() == "spoiled"


def test_the_copy_of_another_site_comes_back_too(source: Source) -> None:
    """From a folder with its ciphertext; the machine's own server is not asked."""
    snapshot = source.take()["snapshot"]
    source.send()
    code, laid = bring_back(source, "lay", "--repository", source.there.home / "carrier" / "source", repository=False)
    assert (code, laid["snapshot"], len(laid["files"])) == (0, snapshot, 4)


def test_what_was_not_laid_out_is_not_put_in_place(source: Source) -> None:
    """Nor is a copy of other folders, nor one whose owners this machine does not know: everything stays as it is."""
    snapshot = source.take()["snapshot"]
    (source.data / "plain").write_text("newer")
    code, said = bring_back(source, "place", given=order(source, snapshot))
    assert (code, "没有取出过副本" in said) == (1, True)
    for wrong, word in (
        ({"snapshot": "0" * 64}, "没有取出过副本 00000000"),
        ({"paths": ["/nowhere/at/all"]}, "副本里没有 /nowhere/at/all"),
        ({"owners": {"user": {str(os.getuid()): "nobody-of-that-name"}}}, "本机没有用户或组 nobody-of-that-name"),
        ({"units": ["no-such.service"]}, "no-such.service"),
    ):
        assert bring_back(source, "lay")[0] == 0
        code, said = bring_back(source, "place", given=order(source, snapshot, **wrong))
        assert (code, word in said) == (1, True), said
    assert (source.data / "plain").read_text() == "newer"


@pytest.mark.skipif(os.getuid() != 0, reason="only root gives files to others")
def test_owners_go_by_name(source: Source) -> None:
    """A number that meant somebody else on the old machine is the one of the same name here."""
    os.chown(source.data / "plain", 61234, 61235)
    (source.data / "plain").chmod(0o2640)
    snapshot = source.take()["snapshot"]
    assert bring_back(source, "lay")[0] == 0
    owners = {"user": {"61234": "daemon"}, "group": {"61235": "games"}}
    assert bring_back(source, "place", given=order(source, snapshot, owners=owners))[0] == 0
    there = source.data / "plain"
    assert (there.owner(), there.group(), there.stat().st_mode & 0o7777) == ("daemon", "games", 0o2640)
    assert (source.data / "empty").stat().st_uid == os.getuid()


LAID = Tried(AWAY, BEGUN, 1, "a" * 64, compared=SAME)
UNLISTED = Tried(AWAY, BEGUN, 1, "a" * 64, reason="没有收存过", unchecked=True)


@pytest.mark.parametrize(
    ("tried", "unlisted", "said"),
    [
        pytest.param(LAID, False, "", id="equal"),
        pytest.param(Tried(AWAY, BEGUN, 1e9, "a" * 64, compared=SAME), False, "", id="late_but_equal"),
        pytest.param(
            Tried(AWAY, BEGUN, 1, "a" * 64, compared=Compared(3, ("x",), (), ())), True, "缺 1 个文件", id="not_equal"
        ),
        pytest.param(UNLISTED, False, "没有收存过", id="no_list"),
        pytest.param(UNLISTED, True, "", id="no_list_and_said_so"),
        pytest.param(Tried(AWAY, BEGUN, 1, reason="登录不上", unchecked=True), True, "登录不上", id="nothing_laid_out"),
    ],
)
def test_only_what_equals_its_list_may_take_the_place_of_data(tried: Tried, unlisted: bool, said: str) -> None:
    """Lateness is for the record, and no reason to keep data back; without a list somebody has to say so."""
    found_reason = reason(tried, unlisted=unlisted)
    assert (found_reason == "", said in found_reason) == (said == "", True)


def test_a_copy_is_found_by_its_machine_and_site() -> None:
    """Its own site's when nothing is said; what is not there is named with what is."""
    name = AWAY.source.name
    assert found(blueprint(), name, "").local
    assert found(blueprint(), name, AWAY.copy.site).keeper == AWAY.keeper
    with pytest.raises(UsageError, match="没有存放"):
        found(blueprint(), name, "nanjing")
    with pytest.raises(UsageError, match="没有存数据的主机"):
        found(blueprint(), f"{name}x", "")
