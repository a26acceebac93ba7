"""MariaDB: the database of every OpenStack service. Reached through a Unix socket alone; root is known by its Unix user."""

from __future__ import annotations

import shutil

from lab import answers, commands
from lab.context import Lab, NotReady, Service, StateBroken, ending, ensure_folder
from lab.openstack import mysql_socket

NAME = "mariadb"
_REDO_LOG = "innodb-log-file-size=64M"


def start(lab: Lab) -> None:
    data = lab.places.data / "mysql"
    ensure_folder(mysql_socket(lab).parent)
    installed = data / "installed"
    if not installed.exists():
        shutil.rmtree(data, ignore_errors=True)
        _install(lab)
        installed.touch()
    lab.keep(
        NAME,
        [
            "mariadbd",
            "--no-defaults",
            "--user=root",  # no packaged service, so no mysql user; nothing but the socket leads here
            f"--datadir={data}",
            f"--socket={mysql_socket(lab)}",
            f"--pid-file={lab.places.run}/mysql/mysql.pid",
            f"--tmpdir={lab.places.run}/mysql",
            "--skip-networking",
            "--skip-name-resolve",
            "--skip-log-bin",
            "--innodb-flush-log-at-trx-commit=2",  # survives a killed server; a power cut may cost the last second
            "--innodb-buffer-pool-size=192M",
            f"--{_REDO_LOG}",
            "--performance-schema=off",
            "--max-connections=400",
            "--plugin-load-add=auth_socket",
        ],
    )


def _install(lab: Lab) -> None:
    data = ensure_folder(lab.places.data / "mysql", mode=0o700)
    accounts = ["--auth-root-authentication-method=socket", "--auth-root-socket-user=root", "--skip-test-db"]
    commands.run(
        ["mariadb-install-db", "--no-defaults", "--user=root", f"--datadir={data}", *accounts, f"--{_REDO_LOG}"],
        failure="MariaDB 初始化失败",
    )


def ready(lab: Lab) -> None:
    if lab.processes.alive(NAME) is None:
        raise StateBroken(f"MariaDB 无法启动，日志最后几行：\n{lab.processes.last_lines(NAME)}")
    answer = answers.command(
        lab, "mariadb", "--no-defaults", "-N", "-uroot", "-S", mysql_socket(lab), "-e", "SELECT 41+1", patience=5
    )
    if answer.strip() != "42":
        raise NotReady(f"MariaDB: {answer!r}")


SERVICE = Service(NAME, needs=(), processes=(NAME,), start=start, ready=ready, stop=ending(NAME))
