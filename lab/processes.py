"""Long-running processes that outlive the command that started them.

A process is known by its pid *and* its start time *and* the boot it belongs to, so a record left by a power cut or a reused pid never
makes us signal a stranger. Each runs in a session of its own; what its leader left behind is found by that session and ended too.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from infra.errors import LabError
from infra.files import write_whole
from lab.places import Places

MARK = "GOVNET_LAB_PROCESS"
"""Environment variable naming the lab and the process; inherited by whatever it starts."""

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Stat:
    """What /proc says about a process: session, state letter, start in clock ticks since boot, resident bytes."""

    pid: int
    session: int
    state: str
    start: int
    memory: int


@dataclass(frozen=True)
class Record:
    """A process that we started. `fingerprint` stands for its command and configuration."""

    name: str
    pid: int
    start: int
    boot: str
    program: str
    fingerprint: str


def boot_id() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def stat_of(pid: int) -> Stat | None:
    """The process with this pid, or None if it is gone or only waits to be reaped."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = text[text.rindex(")") + 2 :].split()
    if fields[0] in "ZX":
        return None
    return Stat(pid, int(fields[3]), fields[0], int(fields[19]), int(fields[21]) * _PAGE)


def started_at(stat: Stat) -> datetime:
    """Wall-clock start of a process."""
    uptime = float(Path("/proc/uptime").read_text().split()[0])
    return datetime.now().astimezone() - timedelta(seconds=uptime - stat.start / _TICKS)


class Processes:
    """The processes of one lab, recorded one file each."""

    def __init__(self, places: Places) -> None:
        self._records = places.records
        self._log = places.log

    # --- knowing ------------------------------------------------------------------------------------------------------
    def record(self, name: str) -> Record | None:
        try:
            return Record(**json.loads((self._records / f"{name}.json").read_text()))
        except FileNotFoundError:
            return None

    def names(self) -> list[str]:
        return sorted(path.stem for path in self._records.glob("*.json"))

    def alive(self, name: str) -> Stat | None:
        """The recorded process, if it still is the one that we started."""
        record = self.record(name)
        if record is None or record.boot != boot_id():
            return None
        stat = stat_of(record.pid)
        return stat if stat and stat.start == record.start else None

    def members(self, name: str) -> list[Stat]:
        """The process and everything in its session, also when the leader is dead."""
        record = self.record(name)
        if record is None or record.boot != boot_id():
            return []
        led = self.alive(name) is not None  # then the session is its own, whatever programs call themselves
        return [stat for stat in _all_stats() if stat.session == record.pid and (led or self._ours(stat, record))]

    def marked(self) -> list[Stat]:
        """Every process of this lab, recorded or not, by the mark in its environment.

        A container on this machine may run a lab of its own, whose processes are visible here: its pid namespace tells them apart.
        """
        here = Path("/proc/self/ns/pid").readlink()
        return [
            stat
            for stat in _all_stats()
            if _mark_of(stat.pid).startswith(self._mark("")) and _link(stat.pid, "ns/pid") == here
        ]

    def _mark(self, name: str) -> str:
        return f"{self._records}/{name}"

    def _ours(self, stat: Stat, record: Record) -> bool:
        """A session number may be reused once all members died: the mark, or the program where that overwrites it, decides."""
        same_program = stat.start >= record.start and _link(stat.pid, "exe") == Path(record.program)
        return _mark_of(stat.pid) == self._mark(record.name) or same_program

    def log_file(self, name: str) -> Path:
        return self._log / f"{name}.log"

    def last_lines(self, name: str, count: int = 15) -> str:
        """The end of a process's log, as much as helps to see why it died."""
        path = self.log_file(name)
        if not path.exists():
            return ""
        with path.open("rb") as stream:
            stream.seek(max(0, path.stat().st_size - 16_384))
            lines = stream.read().decode(errors="replace").splitlines()
        return "\n".join(lines[-count:])

    # --- doing --------------------------------------------------------------------------------------------------------
    def keep(
        self, name: str, argv: Sequence[str], *, env: Mapping[str, str], fingerprint: str, user: str | None = None
    ) -> None:
        """Make sure that the process runs with this command and configuration; what already does is left alone.

        `fingerprint` covers the content of configuration files, which the command line only names. `user` drops root.
        """
        record = self.record(name)
        if record and record.fingerprint == fingerprint and self.alive(name):
            return
        self.end(name)
        self._log.mkdir(parents=True, exist_ok=True)
        if user:
            argv = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", *argv]
        pid = _launch(argv, {**env, MARK: self._mark(name)}, self.log_file(name))
        stat = stat_of(pid)
        if stat is None:
            raise LabError(f"{name} 一启动就退出了：\n{self.last_lines(name)}")
        program = os.path.realpath(shutil.which(argv[0], path=env.get("PATH")) or argv[0])
        fresh = Record(name, pid, stat.start, boot_id(), program, fingerprint)
        write_whole(self._records / f"{name}.json", json.dumps(asdict(fresh)) + "\n")

    def must_live(self, name: str) -> None:
        """Raise LabError with the last log lines if the process is gone."""
        if self.alive(name) is None:
            raise LabError(
                f"{name} 已退出，日志最后几行（{self.log_file(name)}）：\n{self.last_lines(name)}",
                remedy="按日志排除原因后重新运行 govnet lab up；若状态已坏，用 govnet lab reset 重来。",
            )

    def end(self, *names: str, patience: float = 15.0) -> None:
        """Stop processes and their sessions, all at once: politely, then after `patience` seconds for certain. Forgets the records."""
        for name in names:
            if leader := self.alive(name):
                _signal(leader.pid, signal.SIGTERM)
        deadline = time.monotonic() + patience
        while any(self.alive(name) for name in names) and time.monotonic() < deadline:
            time.sleep(0.05)
        for name in names:
            while members := self.members(name):
                for member in members:
                    _signal(member.pid, signal.SIGKILL)
                time.sleep(0.02)
            (self._records / f"{name}.json").unlink(missing_ok=True)

    def end_marked(self) -> None:
        """End every marked process for certain: what has no record any more."""
        strays = self.marked()
        for stat in strays:
            _signal(stat.pid, signal.SIGKILL)
        while any(stat_of(stat.pid) for stat in strays):
            time.sleep(0.02)


def _launch(argv: Sequence[str], env: Mapping[str, str], log: Path) -> int:
    """Start a command in a session of its own, from `/`, its output appended to `log`; its pid. Nobody will wait for it."""
    outputs = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    return os.posix_spawnp(
        "env",
        ["env", "--chdir=/", *argv],
        env,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, log, outputs, 0o644),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
        setsid=True,
        setsigdef=[signal.SIGPIPE, signal.SIGXFSZ],  # Python ignores them, and what is ignored is inherited
    )


def _all_stats() -> Iterator[Stat]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (stat := stat_of(int(entry.name))):
            yield stat


def _mark_of(pid: int) -> str:
    """The value of the mark in a process's environment; empty when it has none."""
    try:
        environment = Path(f"/proc/{pid}/environ").read_bytes()
    except (
        FileNotFoundError,
        ProcessLookupError,
        PermissionError,
    ):  # gone, or the machine's own: not one that we started
        return ""
    key = f"{MARK}=".encode()
    return next((word[len(key) :].decode() for word in environment.split(b"\0") if word.startswith(key)), "")


def _link(pid: int, name: str) -> Path | None:
    """Where a link below /proc/<pid> leads; None when the process is gone or not ours to look at."""
    try:
        return Path(f"/proc/{pid}/{name}").readlink()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return None


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
