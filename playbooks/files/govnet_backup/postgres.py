"""PostgreSQL, asked through its own socket by its own user: no password, no network."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from .journal import Failed

USER = "postgres"
PROGRAMS = Path("/usr/lib/postgresql/15/bin")
"""Where Debian keeps what `postgresql-common` does not put on the path."""
SOCKETS = Path("/run/postgresql")
"""Where the machine's own cluster listens."""
PATIENCE = 300.0
"""Seconds within which a cluster that was brought back has to have read its log."""

# What a table's text depends on, so that the same rows give the same text on every machine.
_SPELLING = {
    "client_encoding": "UTF8",
    "DateStyle": "ISO",
    "IntervalStyle": "iso_8601",
    "TimeZone": "UTC",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "search_path": "",
}
_LIMITS = {
    "max_connections": "max_connections setting",
    "max_worker_processes": "max_worker_processes setting",
    "max_wal_senders": "max_wal_senders setting",
    "max_prepared_transactions": "max_prepared_xacts setting",
    "max_locks_per_transaction": "max_locks_per_xact setting",
}
"""Settings that must not be lower than where the log was written, and what pg_controldata calls them."""


def as_its_user(*words: str | Path, environment: Mapping[str, str] = os.environ) -> str:
    """What a program answers that is run as the database's user. Raises `Failed` with its last words."""
    argv = ["runuser", "-u", USER, "--", *map(str, words)]
    done = subprocess.run(
        argv, cwd="/", env=dict(environment), capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode:
        last = "；".join((done.stderr.strip() or done.stdout.strip()).splitlines()[-3:])
        raise Failed(f"{Path(words[0]).name} 失败（退出码 {done.returncode}）：{last}")
    return done.stdout


class Session:
    """One connection to a database, so that what is asked later stands on what was asked before."""

    def __init__(self, sockets: Path, database: str) -> None:
        argv = [
            "runuser",
            "-u",
            USER,
            "--",
            "psql",
            "-XqAt",
            "-v",
            "ON_ERROR_STOP=1",
            "-h",
            str(sockets),
            "-d",
            database,
        ]
        settings = " ".join(f"-c {name}={value}" for name, value in _SPELLING.items())
        self._psql = subprocess.Popen(
            argv,
            cwd="/",
            env={**os.environ, "PGOPTIONS": settings, "PGCLIENTENCODING": "UTF8"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._psql.communicate()  # without more to read it ends, and with it what it locked

    def lines(self, question: str) -> Iterator[bytes]:
        """What is answered, line by line; to be read to its end. Raises `Failed` with what the database complains of."""
        assert self._psql.stdin is not None
        assert self._psql.stdout is not None
        end = os.urandom(16).hex().encode()
        try:
            self._psql.stdin.write(question.encode() + b";\n\\echo " + end + b"\n")
            self._psql.stdin.flush()
        except BrokenPipeError:
            pass  # it has ended, and says why below
        for line in self._psql.stdout:
            if line == end + b"\n":
                return
            yield line
        assert self._psql.stderr is not None
        raise Failed(f"数据库没有应答：{self._psql.stderr.read().decode(errors='replace').strip()[-300:]}")

    def ask(self, question: str) -> list[str]:
        """What is answered, as text."""
        return [line.decode().rstrip("\n") for line in self.lines(question)]


@contextmanager
def running(data: Path, home: Path, environment: Mapping[str, str], restore_command: str) -> Iterator[Path]:
    """A cluster that was brought back, read up to its target and held there, read-only; the folder of its socket. `home`: a folder of
    the database's user for socket, settings and log. It sends nothing to any archive, and nobody but its own user gets in."""
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(home),
        "hba_file": str(home / "hba"),
        "ident_file": str(home / "ident"),
        "archive_mode": "off",
        "hot_standby": "on",
        "recovery_target_action": "pause",
        "restore_command": restore_command,
        "shared_buffers": "32MB",
        **_limits(data),
    }
    (home / "hba").write_text("local all postgres peer\n")
    (home / "ident").write_text("")
    (home / "settings").write_text("")
    words = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
    control = (PROGRAMS / "pg_ctl", "-D", data, "-w", "-t", f"{PATIENCE:.0f}")
    try:
        as_its_user(
            *control,
            "-l",
            home / "log",
            "-o",
            f"-c config_file={home / 'settings'} {words}",
            "start",
            environment=environment,
        )
        _at_its_target(home)
        yield home
    except Failed as problem:
        log = home / "log"
        said = log.read_text(errors="replace").strip().splitlines()[-3:] if log.exists() else []
        raise Failed("；".join([str(problem), *said])) from problem
    finally:
        if (data / "postmaster.pid").exists():
            as_its_user(*control, "-m", "fast", "stop")


def _at_its_target(sockets: Path) -> None:
    end = time.monotonic() + PATIENCE
    with Session(sockets, "postgres") as session:
        while session.ask("SELECT pg_get_wal_replay_pause_state()") != ["paused"]:
            if time.monotonic() > end:
                raise Failed(f"{PATIENCE:.0f} 秒内没有恢复到备份的时刻")
            time.sleep(0.2)


def promoted(sockets: Path = SOCKETS) -> None:
    """Wait until the cluster takes writes again. Raises `Failed`."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            with Session(sockets, "postgres") as session:
                if session.ask("SELECT pg_is_in_recovery()") == ["f"]:
                    return
        except Failed:
            pass  # it does not take connections yet
        time.sleep(0.5)
    raise Failed(f"{PATIENCE:.0f} 秒内数据库没有恢复写入")


def _limits(data: Path) -> dict[str, str]:
    """The settings of the cluster that wrote the log."""
    said = as_its_user(PROGRAMS / "pg_controldata", data, environment={**os.environ, "LC_ALL": "C"})
    rows = dict(line.split(":", 1) for line in said.splitlines() if ":" in line)
    return {name: rows[title].strip() for name, title in _LIMITS.items()}


def handed(path: Path) -> None:
    """Everything below belongs to the database's user from now on, and nobody else enters."""
    shutil.chown(path, USER, USER)
    for folder, inner, names in os.walk(path):
        for name in (*inner, *names):
            shutil.chown(Path(folder, name), USER, USER)
