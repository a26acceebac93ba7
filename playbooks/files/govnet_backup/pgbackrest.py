"""pgBackRest: base backups into the machine's own encrypted repository, and a cluster out of such a repository."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import tables
from .journal import Failed, Record, instant
from .postgres import as_its_user, handed, running

STANZA = "main"
REPOSITORY = Path("/var/lib/pgbackrest")
"""Where a machine has its repository. What pgBackRest must be told further stands in /etc/pgbackrest.conf, with the key."""
CLUSTER = Path("/var/lib/postgresql/15/main")
LAID = CLUSTER.with_name("main-laid")
"""Where a machine's cluster is brought back, on the same file system as the one in use."""
FULL_EVERY, ANY_EVERY = 6.5 * 86400, 20 * 3600
"""Seconds after which a base backup is due: all files once a week, what has changed since once a day, whenever the clock comes round."""
FETCH = f'pgbackrest --stanza={STANZA} archive-get %f "%p"'


def ask(*words: str, environment: Mapping[str, str] = os.environ) -> str:
    """What pgBackRest answers. Raises `Failed`."""
    return as_its_user("pgbackrest", f"--stanza={STANZA}", "--log-level-console=error", *words, environment=environment)


def due(backups: list[dict[str, Any]], now: float) -> str:
    """Which base backup is to be taken now: `full`, `diff`, or none (`""`)."""
    ended = {kind: [row["timestamp"]["stop"] for row in backups if kind in ("", row["type"])] for kind in ("", "full")}
    if not ended["full"] or now - max(ended["full"]) > FULL_EVERY:
        return "full"
    return "diff" if now - max(ended[""]) > ANY_EVERY else ""


def backups() -> list[dict[str, Any]]:
    """What is in the repository, oldest first."""
    [row] = json.loads(ask("info", "--output=json"))
    if row["status"]["code"] not in (0, 2):  # 2: no backup yet
        raise Failed(f"pgBackRest 的仓库不可用：{row['status']['message']}")
    found: list[dict[str, Any]] = row["backup"]
    return found


def take(kind: str, record: Record) -> None:
    """A base backup; what is older than the plan keeps goes. Raises `Failed`."""
    ask(f"--type={kind}", "backup")
    last = backups()[-1]
    record |= {"snapshot": last["label"], "moment": instant(last["timestamp"]["stop"]), "bytes": last["info"]["size"]}


def lay(repository: Path, target: Path, moment: str, cipher: str = "") -> dict[str, str]:
    """Bring the cluster of a repository back into a new folder, up to the moment that is called `moment`, and tell what is in its tables.
    It is left as it stood there, not yet open for writers. `cipher`: the repository's key where no file has it; it is on no command line."""
    home = target.with_name(f"{target.name}-run")
    for folder in (target, home):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        handed(folder)
    handed(repository)
    told = {
        **os.environ,
        "PGBACKREST_REPO1_PATH": str(repository),
        "PGBACKREST_PG1_PATH": str(target),
        "PGBACKREST_LOCK_PATH": str(home / "lock"),
        "PGBACKREST_LOG_LEVEL_FILE": "off",
    }
    if cipher:
        told |= {"PGBACKREST_REPO1_CIPHER_TYPE": "aes-256-cbc", "PGBACKREST_REPO1_CIPHER_PASS": cipher}
    until = (
        "--type=name",
        f"--target={moment}",
        "--target-action=promote",
        f"--recovery-option=restore_command={FETCH}",
    )
    ask(*until, "restore", environment=told)
    with running(target, home, told, FETCH) as sockets:
        found = tables.contents(sockets)
    shutil.rmtree(home)
    if not tables.rows(found):
        raise Failed("恢复出来的数据库里一行数据也没有")
    return found


def reached(tree: Path) -> Path:
    """The repository below a folder into which a copy was laid out; the database's user can get there, and to nothing else."""
    repository = tree / REPOSITORY.relative_to("/")
    if not repository.is_dir():
        raise Failed(f"副本里没有 {REPOSITORY}")
    tree.chmod(0o711)
    return repository


def point() -> str:
    """A word for this moment, by which the log and the snapshot call it."""
    return time.strftime("govnet_%Y%m%dT%H%M%SZ", time.gmtime())
