"""Take a copy of this machine's data: freeze the files, list what is in them, hand exactly those to restic, write down how it went.

restic reads files one after another while they change; a list made before or after it would not be of what it saw. So the files are
copied aside first (shared blocks where the file system can), and list and snapshot are both made from there. The list is written before
restic runs, and fetched from here by whoever keeps it elsewhere (`govnet backup status`).

Of a database the files are pgBackRest's repository, in which nothing is ever altered in place; no base backup is made meanwhile, because
both are under one lock. What is in the tables at the moment of the copy stands in the list too.
"""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from . import pgbackrest, restic, tables, waiting
from .contents import contents, digest, owners, size
from .journal import Failed, Record, instant, only_one, recorded, write_whole

ATTEMPTS = 3
"""How often files are copied aside again because one vanished meanwhile (a database that tidies up)."""

MANIFESTS = 40
"""Lists that stay here, one a snapshot."""


DATABASE = "database"
"""What `--takes` says when the files are a database's repository."""


def take(state: Path, source: str, paths: Sequence[str], record: Record, *, database: bool) -> None:
    """One copy; `state` is the folder for the frozen files and the lists. Raises `Failed`."""
    frozen, manifests = state / "frozen", state / "manifests"
    manifests.mkdir(mode=0o700, exist_ok=True)
    try:
        record["moment"] = instant()
        point = pgbackrest.point() if database else ""
        listed: Mapping[str, Mapping[str, str]] = {"tables": tables.marked(point, record["moment"])} if database else {}
        freeze(paths, frozen)
        files = contents(frozen)
        if not files:
            raise Failed(f"没有文件可备份：{'、'.join(paths)}")
        draft = manifests / "next"
        told = {"source": source, "moment": record["moment"], "files": files, "owners": owners(frozen), **listed}
        write_whole(draft, json.dumps(told, sort_keys=True) + "\n")
        record |= {"files": len(files), "bytes": size(frozen), "manifest": digest(draft)}
        words = ("--json", "--quiet", "--host", source, *(("--tag", point) if database else ()))
        answer = restic.ask("backup", *words, "--", *(path.lstrip("/") for path in paths), cwd=frozen)
        short = json.loads(answer.splitlines()[-1])["snapshot_id"]
        record["snapshot"] = restic.newest(short)["id"]
        draft.rename(manifests / f"{record['snapshot']}.json")
    finally:
        shutil.rmtree(frozen, ignore_errors=True)
    for old in sorted(manifests.glob("*.json"), key=lambda path: path.stat().st_mtime)[:-MANIFESTS]:
        old.unlink()


def freeze(paths: Sequence[str], frozen: Path) -> None:
    """Copy the paths below a new folder. Raises `Failed` when that does not succeed."""
    said = ""
    for _ in range(ATTEMPTS):
        shutil.rmtree(frozen, ignore_errors=True)
        frozen.mkdir(mode=0o700, parents=True)
        below = [
            path.lstrip("/") for path in paths
        ]  # GNU cp 9.1 loses its way below --parents when a path begins at the root
        copy = ["cp", "--archive", "--reflink=auto", "--parents", "--", *below, str(frozen.resolve())]
        done = subprocess.run(copy, cwd="/", capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return
        said = done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"退出码 {done.returncode}"
    raise Failed(f"取不到一份静止的数据：{said}")


def base(journal: Path, about: Mapping[str, str]) -> None:
    """The base backup that is due, if one is, with a line of its own in the journal. Raises `Failed`."""
    if kind := pgbackrest.due(pgbackrest.backups(), time.time()):
        with recorded(journal, **{**about, "kind": "base"}) as record:
            pgbackrest.take(kind, record)


def main() -> int:
    """Exit code 1 when no copy was taken; the journal says why."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    words = argparse.ArgumentParser(description=__doc__)
    for name in ("job", "source", "place"):
        words.add_argument(f"--{name}", required=True)
    words.add_argument("--state", required=True, type=Path)
    words.add_argument("--journal", required=True, type=Path)
    words.add_argument("--takes", default="files", choices=("files", DATABASE))
    words.add_argument("paths", nargs="+")
    told = words.parse_args()
    try:
        about = {"kind": "copy", "job": told.job, "source": told.source, "place": told.place}
        with recorded(told.journal, restic.secrets(), **about) as record, only_one(told.state / "lock", wait=False):
            waiting.refuse(told.state, told.source)
            restic.awaited()
            if told.takes == DATABASE:
                base(told.journal, about)
            take(told.state, told.source, told.paths, record, database=told.takes == DATABASE)
    except (Failed, OSError) as problem:
        print(f"备份失败：{problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
