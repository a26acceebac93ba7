"""A database comes back as it was at the moment of its copy, with the real PostgreSQL and pgBackRest, while somebody writes all the time."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from playbooks.files.govnet_backup import pgbackrest, tables
from playbooks.files.govnet_backup.journal import Failed, instant
from tests.backups.clusters import CIPHER, Cluster, cluster_apart, needs_postgres

DAY = 86400.0


@pytest.fixture(scope="module")
def running() -> Iterator[Cluster]:
    with cluster_apart() as made:
        yield made


@pytest.fixture
def told(running: Cluster, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """pgBackRest finds this cluster's settings."""
    monkeypatch.setenv("PGBACKREST_CONFIG", running.environment["PGBACKREST_CONFIG"])
    return running


@needs_postgres
def test_what_comes_back_is_what_the_list_says_while_somebody_writes(told: Cluster) -> None:
    """Table by table and row by row, to the very transaction; what was written later is in neither, and the writer was not disturbed."""
    assert pgbackrest.due(pgbackrest.backups(), 0.0) == "full"
    record: dict[str, object] = {}
    with told.written():
        pgbackrest.take("full", record)
        moment = pgbackrest.point()
        saved = tables.marked(moment, instant(), told.sockets)
    assert str(record["snapshot"]).endswith("F")
    back = pgbackrest.lay(copied(told), told.home / "back", moment)
    assert back == saved
    assert {name.partition(" ")[0] for name in saved} == {
        "materials:public.empty",
        "materials:public.record",
        "materials:public.total",
        "postgres:govnet.copies",
    }
    assert tables.rows(saved) > 10
    later = tables.contents(told.sockets)
    assert later["materials:public.record"] != saved["materials:public.record"]


@needs_postgres
def test_every_moment_can_be_returned_to(told: Cluster) -> None:
    """Not only the last: two copies, one base backup, and the older one is what comes back when it is asked for."""
    if not pgbackrest.backups():
        pgbackrest.take("full", {})
    first = tables.marked("govnet_first", instant(), told.sockets)
    told.ask("DELETE FROM public.record; UPDATE public.total SET rows = -1")
    second = tables.marked("govnet_second", instant(), told.sockets)
    assert first != second
    repository = copied(told)
    assert pgbackrest.lay(repository, told.home / "back", "govnet_first") == first
    assert pgbackrest.lay(repository, told.home / "back", "govnet_second") == second


@needs_postgres
def test_without_its_key_a_repository_gives_nothing(told: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor with another; with the right one, brought and in no file, it does. No plain text is in it."""
    if not pgbackrest.backups():
        pgbackrest.take("full", {})
    saved = tables.marked("govnet_keyless", instant(), told.sockets)
    repository = copied(told)
    assert not any(b"material 10" in path.read_bytes() for path in repository.rglob("*") if path.is_file())
    monkeypatch.setenv("PGBACKREST_CONFIG", "/dev/null")
    for wrong in ("", "another-word"):
        with pytest.raises(Failed, match="pgbackrest 失败") as caught:
            pgbackrest.lay(repository, told.home / "back", "govnet_keyless", wrong)
        assert CIPHER not in str(caught.value)
    assert pgbackrest.lay(repository, told.home / "back", "govnet_keyless", CIPHER) == saved


@needs_postgres
def test_a_moment_that_is_not_in_the_log_cannot_be_returned_to(told: Cluster) -> None:
    """The end of the log is not taken for it."""
    if not pgbackrest.backups():
        pgbackrest.take("full", {})
    with pytest.raises(Failed):
        pgbackrest.lay(copied(told), told.home / "back", "govnet_never")


@needs_postgres
def test_a_log_that_is_not_archived_is_no_copy(told: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """The moment is in no repository then, and the run has failed."""
    monkeypatch.setattr(tables, "ARCHIVED", 2.0)
    away = told.repository.rename(told.home / "away")
    try:
        with pytest.raises(Failed, match="没有归档"):
            tables.marked("govnet_lost", instant(), told.sockets)
    finally:
        away.rename(told.repository)


def copied(made: Cluster) -> Path:
    """The repository as a copy somewhere else."""
    there = made.home / "copy"
    shutil.rmtree(there, ignore_errors=True)
    shutil.copytree(made.repository, there)
    return there


@pytest.mark.parametrize(
    ("fulls", "others", "kind"),
    [
        ([], [], "full"),
        ([0.1], [], ""),
        ([1.0], [], "diff"),
        ([6.0], [0.5], ""),
        ([6.0], [1.0], "diff"),
        ([7.0], [0.1], "full"),
        ([8.0, 1.0], [], "diff"),
    ],
)
def test_a_base_backup_is_taken_when_one_is_due(fulls: list[float], others: list[float], kind: str) -> None:
    """All files once a week, changes once a day. Ages in days."""
    now = 100 * DAY
    rows = [
        {"type": name, "timestamp": {"stop": now - age * DAY}}
        for name, ages in (("full", fulls), ("diff", others))
        for age in ages
    ]
    assert pgbackrest.due(rows, now) == kind
