"""Database schemas: synced once by OpenStack's own tools, then kept as a dump keyed by package versions.

A schema counts as done when its marker table holds the key of the packages that made it. The marker is written last, so a database
that a killed run left half synced has none and is made anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from infra.files import write_whole
from lab import commands, environment
from lab.context import Lab
from lab.openstack import mysql_socket

_FORMAT = 1
"""Part of the key: raise it when the way schemas are made changes."""


def key() -> str:
    """Stands for the OpenStack packages that make the schemas."""
    return f"{environment.key()}-{_FORMAT}"


def ensure(lab: Lab, user: str, names: tuple[str, ...], sync: Callable[[], None]) -> None:
    """Make sure that the databases `names` exist with their schema and belong to `user`.

    `sync` makes the schemas with OpenStack's tools; it runs only when no dump is at hand. The last name carries the marker.
    """
    password = lab.secrets[f"database-{user}"]
    grants = [f"GRANT ALL ON `{name}`.* TO '{user}'@'localhost';" for name in names]
    account = [
        f"CREATE USER IF NOT EXISTS '{user}'@'localhost';",
        f"ALTER USER '{user}'@'localhost' IDENTIFIED BY '{password}';",
    ]
    if _marked(lab, names[-1]):
        sql(lab, "\n".join(account + grants))
        return
    fresh = [f"DROP DATABASE IF EXISTS `{name}`; CREATE DATABASE `{name}` CHARACTER SET utf8mb3;" for name in names]
    sql(lab, "\n".join(account + fresh + grants))
    dump = _dump_file(lab, user)
    if dump.exists():
        sql(lab, dump.read_text())
    else:
        sync()
        text = _dumped(lab, names)
        write_whole(dump, text, mode=0o600)
    sql(
        lab,
        f"CREATE TABLE `{names[-1]}`.govnet_lab (made_by VARCHAR(64)); INSERT INTO `{names[-1]}`.govnet_lab VALUES ('{key()}');",
    )


def has_remark(lab: Lab, database: str, mark: str) -> bool:
    """Whether a one-time step on top of the schema has been done."""
    return mark in sql(lab, f"SELECT made_by FROM `{database}`.govnet_lab;").split()


def remark(lab: Lab, database: str, mark: str) -> None:
    """Remember that a one-time step has been done, where a lost database forgets it too."""
    sql(lab, f"INSERT INTO `{database}`.govnet_lab VALUES ('{mark}');")


def run_sync(lab: Lab, *argv: str | Path) -> None:
    """Run one of OpenStack's own schema tools. It dies with this command, so that no two ever work on one schema."""
    commands.run(
        ["setpriv", "--pdeathsig", "KILL", *argv],
        env=lab.process_env(),
        failure="数据库结构初始化失败",
        remedy="重新运行 govnet lab up；仍失败则运行 govnet lab reset。",
    )


def sql(lab: Lab, statements: str) -> str:
    """Run SQL as the database's root (known by its Unix user); LabError when refused."""
    client = ["mariadb", "--no-defaults", "--batch", "--skip-column-names", "-uroot", "-S", str(mysql_socket(lab))]
    return commands.run(client, text=statements, failure="MariaDB 拒绝了语句")


def _marked(lab: Lab, name: str) -> bool:
    there = sql(
        lab, f"SELECT 1 FROM information_schema.tables WHERE table_schema='{name}' AND table_name='govnet_lab';"
    )
    return bool(there.strip()) and key() in sql(lab, f"SELECT made_by FROM `{name}`.govnet_lab;").split()


def _dump_file(lab: Lab, user: str) -> Path:
    return lab.places.cache / "databases" / f"{user}-{hashlib.sha256(key().encode()).hexdigest()[:16]}.sql"


def _dumped(lab: Lab, names: tuple[str, ...]) -> str:
    dump = ["mariadb-dump", "--no-defaults", "-uroot", "-S", str(mysql_socket(lab))]
    shape = ["--skip-add-locks", "--skip-comments", "--no-create-db", "--databases", *names]
    return commands.run([*dump, *shape], failure="MariaDB 导出失败")
