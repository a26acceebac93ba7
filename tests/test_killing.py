"""The tool that kills: it kills at what it saw, all of the group, and says so when there was nothing to kill."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.killing import Moment, descendants, kill_at, status
from tests.moments import in_flight, running

COUNTING = "trap '' TERM; (sleep 60 & echo $! > child; wait) & for n in 1 2 3 4 5 6 7 8 9; do echo $n > seen; sleep 0.1; done; sleep 60"


def counted(folder: Path, wanted: str) -> Moment:
    seen = folder / "seen"
    return Moment(wanted, lambda leader: wanted if seen.exists() and seen.read_text().strip() == wanted else "")


def test_everything_of_the_group_dies_at_the_moment_that_was_seen(tmp_path: Path) -> None:
    """The command stands at five when it dies; its grandchild dies with it."""
    killed = kill_at(counted(tmp_path, "5"), ["sh", "-c", COUNTING], tmp_path, tmp_path / "log")
    assert (killed.saw, (tmp_path / "seen").read_text()) == ("5", "5\n")
    assert killed.processes >= 3
    grandchild = status(int((tmp_path / "child").read_text()))
    assert grandchild is None or grandchild.state == "Z"


def test_what_is_not_of_the_group_dies_only_when_named(tmp_path: Path) -> None:
    """A daemon with a session of its own lives on, unless the kill is a power cut."""
    apart = "setsid -f sh -c 'echo $$ > apart; echo 5 > seen; exec sleep 60'; sleep 60"
    kill_at(counted(tmp_path, "5"), ["sh", "-c", apart], tmp_path, tmp_path / "log")
    pid = int((tmp_path / "apart").read_text())
    alive = status(pid)
    assert alive is not None
    assert alive.state not in "ZX"
    kill_at(counted(tmp_path, "5"), ["sh", "-c", "sleep 60"], tmp_path, tmp_path / "log", also=lambda: [pid])
    assert (dead := status(pid)) is None or dead.state == "Z"


def test_a_command_that_ends_before_its_moment_is_no_kill(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"ended \(7\) before this moment showed: never"):
        kill_at(Moment("never", lambda leader: ""), ["sh", "-c", "exit 7"], tmp_path, tmp_path / "log")


def test_a_moment_that_passes_before_the_group_stands_still_does_not_count(tmp_path: Path) -> None:
    """Seen once, gone at the second look: the command goes on to the next time."""
    looks = iter(["a", "", "b", "c"])
    killed = kill_at(Moment("twice", lambda leader: next(looks)), ["sleep", "60"], tmp_path, tmp_path / "log")
    assert killed.saw == "c"


def test_a_process_below_the_command_is_known_by_its_words(tmp_path: Path) -> None:
    killed = kill_at(running("sleep", "60"), ["sh", "-c", "sleep 60; true"], tmp_path, tmp_path / "log")
    assert killed.saw == "sleep 60"
    assert not descendants(2**22)


def test_creations_in_flight_are_read_from_the_engines_state() -> None:
    """Deletions in flight are not meant; a stack without a deployment has none."""
    urn = "urn:pulumi:suqian.network::govnet::openstack:networking/network:Network::border"
    pending = [{"type": kind, "resource": {"urn": urn}} for kind in ("creating", "deleting")]
    latest = {"resources": [{}, {}], "pending_operations": pending}
    assert in_flight({"checkpoint": {"latest": latest}}) == (2, ["border"])
    assert in_flight({"checkpoint": {"stack": "suqian.network"}}) == (0, [])


def test_a_record_says_what_ran_and_not_where_it_lies(tmp_path: Path) -> None:
    """Records are committed; folders of the machine that made them tell nobody anything."""
    sleeper = tmp_path / "sleeper"
    sleeper.symlink_to("/bin/sleep")
    killed = kill_at(running("sleeper", "60"), ["sh", "-c", f"{sleeper} 60; true"], tmp_path, tmp_path / "log")
    assert killed.saw == "sleeper 60"
