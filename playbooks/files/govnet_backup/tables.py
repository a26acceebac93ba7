"""What is in the tables of a cluster: the list by which a database that came back is compared with what was saved.

The list has to be of the very moment to which the copy is brought back. A snapshot alone is not: a transaction stands in the log before
others see it. So for some milliseconds nobody writes: all tables are locked against writers, snapshots are taken and the moment is named in
the log; then writers go on, and what is in the tables is read from the snapshots.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from .journal import Failed
from .postgres import SOCKETS, Session

ATTEMPTS = 20
"""How often the lock is asked for. Each time for less than a writer waits before it looks for a deadlock: nobody is ended for us."""
LOCK_MILLISECONDS = 500
ARCHIVED = 120.0
"""Seconds within which the log up to the moment has to be in the repository."""

_DATABASES = "SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate ORDER BY 1"
_TABLES = """\
SELECT format('%I.%I', nspname, relname) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE relkind = 'r' AND relpersistence = 'p' AND nspname <> 'information_schema' AND nspname !~ '^pg_' ORDER BY 1"""
_ROWS = 'COPY (SELECT (r.*)::text FROM ONLY {} AS r ORDER BY (r.*)::text COLLATE "C") TO STDOUT'

Tables = Mapping[str, str]
"""Database and table → `<rows> <sha256 of all rows, sorted>`."""


def contents(sockets: Path = SOCKETS) -> dict[str, str]:
    """Every table of every database as it stands."""
    found = {}
    for database in _databases(sockets):
        with Session(sockets, database) as session:
            session.ask("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            found.update(_sums(session, database))
    return found


def marked(point: str, moment: str, sockets: Path = SOCKETS) -> dict[str, str]:
    """Name this moment in the log, wait until the log up to it is archived, and tell what is in every table at it. Raises `Failed`."""
    with Session(sockets, "postgres") as session:
        session.ask(f"INSERT INTO govnet.copies VALUES ('{point}', '{moment}')")
        with ExitStack() as kept:
            readers = _frozen(point, sockets, kept)
            found = {
                name: what for database, reader in readers.items() for name, what in _sums(reader, database).items()
            }
        _archived(session)
    return found


def rows(tables: Tables) -> int:
    """How many rows there are in all tables."""
    return sum(int(what.split()[0]) for what in tables.values())


def _databases(sockets: Path) -> list[str]:
    with Session(sockets, "postgres") as session:
        return session.ask(_DATABASES)


def _frozen(point: str, sockets: Path, kept: ExitStack) -> dict[str, Session]:
    """A session on each database, all with a snapshot of the moment that is called `point` in the log."""
    said = ""
    for _ in range(ATTEMPTS):
        try:
            with ExitStack() as locks:
                return _moment(point, sockets, locks, kept)
        except Failed as problem:
            said = str(problem)
            time.sleep(LOCK_MILLISECONDS / 1000)
    raise Failed(f"取不到没有人写的一刻：{said}")


def _moment(point: str, sockets: Path, locks: ExitStack, kept: ExitStack) -> dict[str, Session]:
    databases = _databases(sockets)
    locked = {name: locks.enter_context(Session(sockets, name)) for name in databases}
    readers = {name: kept.enter_context(Session(sockets, name)) for name in databases}
    tables = {name: session.ask(_TABLES) for name, session in locked.items()}
    for name, session in locked.items():
        session.ask(f"BEGIN; SET LOCAL lock_timeout = {LOCK_MILLISECONDS}")
        if tables[name]:
            session.ask(f"LOCK TABLE {', '.join(f'ONLY {table}' for table in tables[name])} IN SHARE MODE")
    for name, reader in readers.items():
        reader.ask("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        if reader.ask(_TABLES) != tables[name]:
            raise Failed(f"{name} 里的表正在变化")
    locked[databases[0]].ask(f"SELECT pg_create_restore_point('{point}')")
    for session in locked.values():
        session.ask("COMMIT")
    return readers


def _sums(session: Session, database: str) -> dict[str, str]:
    """What is in every table, as this session sees it."""
    found = {}
    for table in session.ask(_TABLES):
        count, digest = 0, hashlib.sha256()
        for line in session.lines(_ROWS.format(table)):
            count += 1
            digest.update(line)
        found[f"{database}:{table}"] = f"{count} {digest.hexdigest()}"
    return found


def _archived(session: Session) -> None:
    """The segment in which the moment stands is closed now, and in the repository when this returns."""
    [segment] = session.ask("SELECT pg_walfile_name(pg_switch_wal())")
    assert re.fullmatch("[0-9A-F]{24}", segment)
    end = time.monotonic() + ARCHIVED
    while session.ask(f"SELECT coalesce(last_archived_wal, '') >= '{segment}' FROM pg_stat_archiver") != ["t"]:
        if time.monotonic() > end:
            [failed] = session.ask("SELECT coalesce(last_failed_wal, '') FROM pg_stat_archiver")
            raise Failed(f"{ARCHIVED:.0f} 秒内日志 {segment} 没有归档{f'，归档 {failed} 失败' if failed else ''}")
        time.sleep(0.2)
