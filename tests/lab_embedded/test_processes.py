"""Processes of the lab are known by more than their pid, and none is left behind."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.errors import LabError
from infra.files import write_whole
from lab.places import Places
from lab.processes import Processes, stat_of

ENV = {"PATH": os.environ["PATH"]}


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    """Processes of a lab of its own; whatever a test leaves is ended."""
    made = Processes(Places(tmp_path / "state", tmp_path / "cache"))
    yield made
    for name in made.names():
        made.end(name, patience=0.1)


def keep(processes: Processes, script: str, fingerprint: str = "one") -> int:
    processes.keep("daemon", ["sh", "-c", script], env=ENV, fingerprint=fingerprint)
    stat = processes.alive("daemon")
    assert stat is not None
    return stat.pid


def rewrite(processes: Processes, places: Path, **changes: object) -> None:
    record = processes.record("daemon")
    assert record is not None
    changed = dataclasses.asdict(record) | changes
    write_whole(places / "state" / "run" / "processes" / "daemon.json", json.dumps(changed))


def until(condition: object) -> None:
    """Wait up to five seconds for a condition."""
    assert callable(condition)
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_process_runs_in_a_session_of_its_own(processes: Processes) -> None:
    """It survives the end, and the interruption, of the command that started it."""
    pid = keep(processes, "exec sleep 60")
    assert os.getsid(pid) == pid
    until(lambda: Path(f"/proc/{pid}/cwd").readlink() == Path("/"))


def test_what_runs_as_wanted_is_left_alone(processes: Processes) -> None:
    """Another `lab up` does not interrupt a service; changed configuration does."""
    pid = keep(processes, "exec sleep 60")
    assert keep(processes, "exec sleep 60") == pid
    assert keep(processes, "exec sleep 60", fingerprint="two") != pid
    assert stat_of(pid) is None


def test_a_pid_that_means_another_process_now_is_not_ours(processes: Processes, tmp_path: Path) -> None:
    """Neither alive nor ended: a stranger got the number."""
    pid = keep(processes, "exec sleep 60")
    record = processes.record("daemon")
    assert record is not None
    rewrite(processes, tmp_path, start=record.start - 1, name="somebody", program="/bin/true")
    assert processes.alive("daemon") is None
    rewrite(processes, tmp_path, start=record.start, boot="the boot before")
    assert processes.alive("daemon") is None
    processes.end("daemon")
    assert stat_of(pid) is not None
    os.kill(pid, signal.SIGKILL)


def test_a_leader_that_hides_its_mark_and_its_program_has_its_session_all_the_same(
    processes: Processes, tmp_path: Path
) -> None:
    """A Python daemon that sets its title overwrites its environment, and its program is Python's, not the script."""
    leader = keep(processes, "exec env -i sleep 60")
    until(lambda: Path(f"/proc/{leader}/comm").read_text() == "sleep\n")
    rewrite(processes, tmp_path, program="/opt/daemon")
    assert [member.pid for member in processes.members("daemon")] == [leader]


def test_what_a_killed_leader_left_is_found_and_ended(processes: Processes) -> None:
    """A killed master leaves workers that hold its socket."""
    leader = keep(processes, "sleep 60 & sleep 60")
    until(lambda: len(processes.members("daemon")) == 3)
    os.kill(leader, signal.SIGKILL)
    until(lambda: processes.alive("daemon") is None)
    left = processes.members("daemon")
    assert len(left) == 2
    processes.end("daemon")
    assert [stat for stat in left if stat_of(stat.pid)] == []
    assert processes.names() == []


def test_one_that_ignores_the_request_is_killed(processes: Processes) -> None:
    """After the given patience."""
    pid = keep(processes, "trap '' TERM; while :; do sleep 1; done")
    processes.end("daemon", patience=0.2)
    assert stat_of(pid) is None


def test_a_dead_process_shows_its_last_lines(processes: Processes) -> None:
    """So that the reason is on the screen and not only in a file."""
    keep(processes, "seq 100; echo no such database >&2; sleep 0.3; exit 3")
    until(lambda: processes.alive("daemon") is None)
    with pytest.raises(LabError) as refusal:
        processes.must_live("daemon")
    assert refusal.value.message.startswith("daemon 已退出，日志最后几行（")
    assert refusal.value.message.endswith("\n98\n99\n100\nno such database")
    assert "govnet lab reset" in refusal.value.remedy


def test_processes_without_a_record_are_known_by_their_mark(processes: Processes, tmp_path: Path) -> None:
    """The state may be gone while its processes are not; those of another lab stay."""
    pid = keep(processes, "exec sleep 60")
    other = Processes(Places(tmp_path / "other", tmp_path / "cache"))
    other.end_marked()
    assert [stat.pid for stat in processes.marked()] == [pid]
    (tmp_path / "state" / "run" / "processes" / "daemon.json").unlink()
    processes.end_marked()
    assert stat_of(pid) is None
