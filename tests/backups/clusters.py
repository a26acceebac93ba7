"""A PostgreSQL of Debian with pgBackRest, in a folder of its own, archiving into an encrypted repository, with somebody who writes all the time."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from playbooks.files.govnet_backup.journal import Failed
from playbooks.files.govnet_backup.postgres import PROGRAMS, Session, as_its_user, handed

PGAUDIT = PROGRAMS.parent / "lib" / "pgaudit.so"
needs_postgres = pytest.mark.skipif(
    os.getuid() != 0 or not (PROGRAMS / "postgres").exists() or not PGAUDIT.exists() or not shutil.which("pgbackrest"),
    reason="postgresql-15, its pgaudit and pgbackrest of Debian are not installed here, or this is not root",
)
CIPHER = "cipher-word-of-a-repository"
TABLES = """\
CREATE SCHEMA govnet;
CREATE TABLE govnet.copies (point text PRIMARY KEY, moment timestamptz NOT NULL)"""
WRITE = """\
BEGIN; INSERT INTO public.record SELECT i, 'material ' || i, now() FROM generate_series({0}, {0} + 9) i;
UPDATE public.total SET rows = rows + 10; COMMIT"""
"""Two tables in one transaction: at any moment `total` says how many records there are."""


@dataclass(frozen=True)
class Cluster:
    """A cluster that runs: its folders, and the environment in which pgBackRest finds its settings."""

    home: Path
    environment: dict[str, str]

    @property
    def sockets(self) -> Path:
        return self.home / "sockets"

    @property
    def repository(self) -> Path:
        return self.home / "repository"

    def ask(self, question: str, database: str = "materials") -> list[str]:
        with Session(self.sockets, database) as session:
            return session.ask(question)

    @contextmanager
    def written(self) -> Iterator[None]:
        """Somebody writes while the block runs; a writer who is ended or refused fails it."""
        done, refused = threading.Event(), list[str]()

        def write() -> None:
            number = 1000
            with Session(self.sockets, "materials") as session:
                while not done.is_set() and not refused:
                    try:
                        session.ask(WRITE.format(number))
                    except Failed as problem:
                        refused.append(str(problem))
                    number += 10

        writer = threading.Thread(target=write)
        writer.start()
        try:
            yield
        finally:
            done.set()
            writer.join()
        assert not refused


def settings(home: Path) -> str:
    return f"""\
[global]
repo1-path={home}/repository
repo1-cipher-type=aes-256-cbc
repo1-cipher-pass={CIPHER}
repo1-retention-full=2
start-fast=y
compress-level=1
log-level-file=off
lock-path={home}/lock
[main]
pg1-path={home}/data
pg1-socket-path={home}/sockets
"""


@contextmanager
def cluster(home: Path) -> Iterator[Cluster]:
    """Up, with a stanza, a database of two tables and no backup yet. `home`: a folder that everybody may enter."""
    for name in ("data", "sockets", "repository", "lock"):
        (home / name).mkdir(mode=0o700)
    (home / "pgbackrest.conf").write_text(settings(home))
    handed(home)
    environment = {**os.environ, "PGBACKREST_CONFIG": str(home / "pgbackrest.conf")}
    data = home / "data"
    as_its_user(
        PROGRAMS / "initdb",
        "-D",
        data,
        "--data-checksums",
        "--no-sync",
        "--auth=peer",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
    )
    words = {
        "listen_addresses": "",
        "unix_socket_directories": str(home / "sockets"),
        "shared_preload_libraries": "pgaudit",
        "archive_mode": "on",
        "archive_command": "pgbackrest --stanza=main archive-push %p",
        "fsync": "off",
    }
    told = " ".join(f"-c {name}='{value}'" for name, value in words.items())
    start = (PROGRAMS / "pg_ctl", "-D", data, "-w", "-l", home / "log")
    as_its_user(*start, "-o", told, "start", environment=environment)
    made = Cluster(home, environment)
    try:
        made.ask(TABLES, "postgres")
        made.ask("CREATE DATABASE materials", "postgres")
        made.ask(
            'CREATE TABLE public.record (id int PRIMARY KEY, "r" text, at timestamptz); CREATE TABLE public.total (rows int)'
        )
        made.ask(
            "INSERT INTO public.total VALUES (0); CREATE TABLE public.empty (id int); CREATE UNLOGGED TABLE public.passing (id int)"
        )
        as_its_user("pgbackrest", "--stanza=main", "stanza-create", environment=environment)
        yield made
    finally:
        subprocess.run(
            ["runuser", "-u", "postgres", "--", PROGRAMS / "pg_ctl", "-D", data, "-m", "immediate", "stop"], check=True
        )


@contextmanager
def cluster_apart() -> Iterator[Cluster]:
    """`cluster` in a folder of its own that its user may enter, gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="govnet-test-", dir="/var/tmp"))
    home.chmod(0o755)
    try:
        with cluster(home) as made:
            yield made
    finally:
        shutil.rmtree(home)
