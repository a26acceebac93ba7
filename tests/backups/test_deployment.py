"""Deployment state and declarations: which copies take them along, how those stand, and that what is handed over comes back."""

from __future__ import annotations

import base64
import hashlib
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra import keeping
from infra.backups.deployment import Held, Known, carried, holder, jobs, standing, tried
from infra.backups.drill import Tried, record
from infra.backups.journal import Record
from infra.backups.manifest import Compared, Manifest
from infra.backups.sent import DATA, DEPLOYMENT, sent, unsent
from infra.backups.status import Standing
from infra.blueprint.planned import DECLARATIONS, STATE
from infra.errors import CloudError
from infra.findings import Verdict
from infra.inventory.access import made
from infra.model.enums import Capability
from tests.real import blueprint

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
COPIES = tuple(sent(made(blueprint())))
CARRIED = tuple(carried(COPIES))
ROW = next(row for row in CARRIED if row.job.source == STATE)
RPO = timedelta(minutes=ROW.job.rpo_minutes)
LAST = Record("copy", "", "", "", "a" * 64, NOW - timedelta(hours=1), "", NOW, NOW, 3, 100, "ok", "")
OF = Standing(ROW, LAST, 60, Verdict.OK)
PATH = "suqian.network.json"


def known(text: str = "new", ago: timedelta = timedelta(hours=2)) -> dict[str, Known]:
    return {PATH: Known(text, NOW - ago)}


def held(text: str = "new", ago: timedelta = timedelta(hours=2)) -> Held:
    return Held({f"{STATE}/{PATH}": hashlib.sha256(text.encode()).hexdigest()}, NOW - ago)


def saved(text: str = "new") -> Manifest:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Manifest("", NOW, {f"{DEPLOYMENT.strip('/')}/{STATE}/{PATH}": digest, "etc/prometheus/prometheus.yml": "0"})


def test_every_copy_of_the_machine_that_was_handed_them_takes_them_along() -> None:
    """At both sites: state here and at the other one; the declarations are the province's."""
    found = {(row.site.id, row.job.source, row.copy.site) for row in CARRIED}
    pair = ("province", "suqian")
    assert found == {
        *((site, STATE, place) for site in pair for place in pair),
        *(("province", DECLARATIONS, place) for place in pair),
    }
    assert all(row.source == holder(row.site) for row in CARRIED)
    assert DEPLOYMENT in DATA[Capability.MONITORING].paths


def test_a_site_whose_monitor_is_not_made_has_nobody_to_hand_them_to() -> None:
    """Then they count among the planned copies that nobody sends."""
    site = ROW.site
    bare = replace(site, hosts=tuple(row for row in site.hosts if row.capability != Capability.MONITORING))
    assert holder(bare) is None
    assert not list(carried(replace(row, site=bare) for row in COPIES if row.site == site))
    missing = sum(len([copy for copy in job.copies if copy.flows]) for job in jobs(site))
    assert unsent(site, COPIES) == unsent(site, (*COPIES, *CARRIED)) + missing
    assert missing


@pytest.mark.parametrize(
    ("here", "there", "copy", "verdict", "said"),
    [
        (known(), held(), saved(), Verdict.OK, ""),
        (known(), Held({}, NOW), saved(), Verdict.VIOLATED, "从未交存"),
        (known(), Held({}, problem="登录不上"), saved(), Verdict.UNCHECKED, "登录不上"),
        (known(), held("old"), saved("old"), Verdict.OK, "1 个文件变了没有交存"),
        (known(ago=RPO + timedelta(minutes=1)), held("old"), saved("old"), Verdict.VIOLATED, "没有交存"),
        (known(ago=RPO), held("old"), saved("old"), Verdict.OK, "没有交存"),
        ({}, held(ago=RPO + timedelta(minutes=1)), saved(), Verdict.VIOLATED, "没有交存"),
        (known(), held(), saved("old"), Verdict.OK, "还没有进副本"),
        (known(), held(ago=RPO + timedelta(minutes=1)), saved("old"), Verdict.VIOLATED, "还没有进副本"),
        (known(), held(), None, Verdict.UNCHECKED, "没有收存过"),
    ],
    ids=[
        "the same everywhere",
        "never handed over",
        "not asked",
        "changed since, not long ago",
        "changed since, longer ago than the RPO",
        "changed since, just within the RPO",
        "a file that is there no longer",
        "handed over, not copied yet",
        "handed over, not copied in time",
        "a copy without a list",
    ],
)
def test_how_a_copy_of_them_stands(
    here: dict[str, Known], there: Held, copy: Manifest | None, verdict: Verdict, said: str
) -> None:
    """What is known, what was handed over and what is in the copy are compared file by file."""
    found = standing(OF, here, there, copy, NOW)
    assert found.verdict is verdict
    assert said in found.reason
    assert bool(said) is bool(found.reason)


def test_a_copy_of_the_machine_that_is_bad_is_not_made_good() -> None:
    """Neither one that was never taken, nor one that nobody could ask about."""
    never = replace(OF, last=None, verdict=Verdict.VIOLATED, reason="从未成功过")
    assert standing(never, known(), held(), saved(), NOW) == never
    old = replace(OF, verdict=Verdict.VIOLATED, reason="超过 RPO")
    assert standing(old, known(), held(), saved(), NOW) == old
    assert standing(old, known(), held("old"), saved("old"), NOW).verdict is Verdict.VIOLATED


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for a machine: what would be run there over SSH runs here, without `sudo`."""
    there = tmp_path / "machine"

    def run(told: object, command: str, *, given: str = "", seconds: float = 0) -> subprocess.CompletedProcess[str]:
        here = command.removeprefix("sudo ").replace(DEPLOYMENT, str(there))
        return subprocess.run(here, shell=True, capture_output=True, text=True, check=False, input=given)

    monkeypatch.setattr(keeping, "on", run)
    return there


TOLD: dict[str, Any] = {"ansible_host": "10.0.0.1"}


def test_what_is_handed_over_is_what_the_machine_has(machine: Path) -> None:
    """Names with spaces and in Chinese, too; a second time replaces all of it, and a kind that is not handed over stays."""
    first = {STATE: known(), DECLARATIONS: {"estate/说 明.yaml": Known("一\n", NOW), "stacks/a.yaml": Known("", NOW)}}
    keeping.hand(TOLD, first)
    found = keeping.look(TOLD)
    assert found.files == {f"{kind}/{path}": row.digest for kind, files in first.items() for path, row in files.items()}
    assert found.moment is not None
    keeping.hand(TOLD, {STATE: {"suqian.cloud.json": Known("later", NOW)}})
    assert {path.partition("/")[0] for path in keeping.look(TOLD).files} == {STATE, DECLARATIONS}
    assert sorted(path.name for path in (machine / STATE).iterdir()) == ["suqian.cloud.json"]
    assert sorted(path.name for path in machine.iterdir()) == [DECLARATIONS, STATE]
    assert all(path.stat().st_mode & 0o077 == 0 for path in machine.rglob("*"))


def test_what_was_handed_over_comes_back(machine: Path, tmp_path: Path) -> None:
    """To the letter, for its owner alone."""
    knowledge = {STATE: known("{}"), DECLARATIONS: {"estate/说 明.yaml": Known("一\n", NOW)}}
    keeping.hand(TOLD, knowledge)
    assert keeping.fetch(TOLD, tmp_path / "out") == 2
    assert (tmp_path / "out" / STATE / PATH).read_text() == "{}"
    back = tmp_path / "out" / DECLARATIONS / "estate" / "说 明.yaml"
    assert (back.read_text(), back.stat().st_mode & 0o777) == ("一\n", 0o600)


def test_what_no_keeper_would_send_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path that leads out of the folder, and what is no archive: nothing at all is written."""
    for sent_back in (keeping._packed({"good": known()["suqian.network.json"].text, "../stray": ""}), b"no archive"):
        said = subprocess.CompletedProcess([], 0, base64.b64encode(sent_back).decode(), "")
        monkeypatch.setattr(keeping, "on", lambda *_, answer=said, **__: answer)
        with pytest.raises(CloudError):
            keeping.fetch(TOLD, tmp_path / "out")
    assert not list(tmp_path.iterdir())


def test_a_hand_over_that_is_cut_off_leaves_what_was_there(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the next one is not in its way."""
    keeping.hand(TOLD, {STATE: known("one")})
    before = keeping.look(TOLD)
    whole = keeping._packed
    with monkeypatch.context() as cut:
        cut.setattr(keeping, "_packed", lambda texts: whole(texts)[:-20])
        with pytest.raises(CloudError):
            keeping.hand(TOLD, {STATE: known("two")})
    assert {
        path: text for path, text in keeping.look(TOLD).files.items() if not path.startswith("new/")
    } == before.files
    keeping.hand(TOLD, {STATE: known("two")})
    assert list(keeping.look(TOLD).files.values()) == [known("two")[PATH].digest]


def test_a_machine_that_does_not_answer_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing read is not nothing there."""
    dark = subprocess.CompletedProcess([], 255, "", "Connection refused")
    monkeypatch.setattr(keeping, "on", lambda *_, **__: dark)
    assert "登录不上" in keeping.look(TOLD).problem
    with pytest.raises(CloudError):
        keeping.hand(TOLD, {STATE: known()})


def test_the_state_says_since_when_it_is_so(tmp_path: Path) -> None:
    """Each stack's own text, as `pulumi stack import` takes it."""
    moment = "2026-11-29T10:00:00.5Z"

    class Space:
        def state(self, stack: str) -> dict[str, Any] | None:
            return {"manifest": {"time": moment}, "resources": []} if stack == "suqian.cloud" else None

    (tmp_path / "stacks").mkdir()
    for layer in ("cloud", "network"):
        (tmp_path / "stacks" / f"Pulumi.suqian.{layer}.yaml").write_text("config: {}\n")
    site = next(row.site for row in CARRIED if row.site.id == "suqian")
    found = keeping.known(Space(), tmp_path, site)  # type: ignore[arg-type]  # all that is asked of it
    assert list(found) == [STATE]
    assert list(found[STATE]) == ["suqian.cloud.json"]
    assert found[STATE]["suqian.cloud.json"].changed == datetime(2026, 11, 29, 10, 0, 0, 500_000, tzinfo=UTC)
    assert '"version": 3' in found[STATE]["suqian.cloud.json"].text


def test_a_restore_of_the_machine_shows_that_they_come_back_too() -> None:
    """Each is told as a restore of its own: what is below its folder counts, and nothing else."""
    folder = f"{DEPLOYMENT.strip('/')}/{STATE}"
    whole = Manifest("", NOW, {f"{folder}/{name}": "0" for name in "abc"} | {"etc/prometheus/prometheus.yml": "0"})
    machine = next(row for row in COPIES if row.source == ROW.source and row.copy == ROW.copy)
    good = Tried(machine, NOW, 61, "a" * 64, 60, Compared(4, (), (), ()))
    [found] = tried(good, whole)
    assert (found.sent.job, found.equal, found.told) == (ROW.job, True, "3 个文件")
    assert record(found, "备份岗", NOW.date()).subject == f"site:{ROW.site.id}"
    bad = replace(good, compared=Compared(2, (f"{folder}/a",), ("etc/prometheus/prometheus.yml",), ()))
    [found] = tried(bad, whole)
    assert found.compared == Compared(2, ("a",), (), ())
    assert not found.equal
    assert not list(tried(good, replace(whole, files={"etc/prometheus/prometheus.yml": "0"})))
    assert not list(tried(replace(good, compared=None), whole))
