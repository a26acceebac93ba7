"""One machine, one lab, one checkout that owns it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.errors import LabError
from lab import ownership
from lab.places import Places
from lab.processes import Processes


@pytest.fixture
def places(tmp_path: Path) -> Iterator[Places]:
    made = Places(tmp_path / "state", tmp_path / "cache")
    yield made
    processes = Processes(made)
    for name in processes.names():
        processes.end(name, patience=0.1)


def run_something(places: Places) -> None:
    Processes(places).keep("daemon", ["sleep", "60"], env={"PATH": os.environ["PATH"]}, fingerprint="one")


def test_another_checkout_is_refused_while_the_lab_runs(places: Places, tmp_path: Path) -> None:
    """By name of the owner, and with the way to release it."""
    owner = tmp_path / "theirs"
    owner.mkdir()
    ownership.claim(places, owner)
    run_something(places)
    with pytest.raises(LabError) as refusal:
        ownership.refuse_foreign(places, Processes(places), tmp_path / "mine")
    assert refusal.value.message == f"本机的内置云正由另一个检出目录使用：{owner}"
    assert f"{owner}/.venv/bin/govnet lab down" in refusal.value.remedy
    ownership.refuse_foreign(places, Processes(places), owner)


def test_a_lab_that_does_not_run_may_be_taken(places: Places, tmp_path: Path) -> None:
    """Its owner brought it down."""
    ownership.claim(places, tmp_path)
    ownership.refuse_foreign(places, Processes(places), tmp_path / "mine")


def test_a_lab_whose_checkout_is_gone_may_be_taken(places: Places, tmp_path: Path) -> None:
    """Nobody could release it any more."""
    ownership.claim(places, tmp_path / "deleted")
    run_something(places)
    ownership.refuse_foreign(places, Processes(places), tmp_path / "mine")


def test_every_fresh_cloud_has_another_identity(places: Places, tmp_path: Path) -> None:
    """By which a state of Pulumi can tell that its cloud is gone."""
    first, second = ownership.claim(places, tmp_path), ownership.claim(places, tmp_path)
    assert first.cloud != second.cloud
    assert ownership.owner(places) == second


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"checkout": "/x", "state_format": 1, "cloud": "y"}'])
def test_an_unreadable_owner_is_none(places: Places, content: str) -> None:
    """Written by other code, or by nobody: the state is reset, not trusted."""
    places.state.mkdir()
    (places.state / "owner.json").write_text(content)
    assert ownership.owner(places) is None


def test_only_one_command_changes_the_lab_at_a_time(places: Places) -> None:
    """The lock names its holder, and ends with it."""
    with ownership.exclusive(places), pytest.raises(LabError, match=f"进程 {os.getpid()}"), ownership.exclusive(places):
        pass
    with ownership.exclusive(places):
        pass
