"""Check every repository that is kept here, without its key: restic names a file by the sha256 of what is in it.

So whoever keeps ciphertext finds a flipped byte. What only the key can tell (that nothing is missing) the source checks (`check`), and a drill.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from .contents import digest
from .journal import Failed, Record, instant, recorded

SEALED = ("keys", "index", "snapshots", "data")
"""Folders of a repository in which names are digests; `config` has no such name, and locks come and go."""


def repositories(home: Path) -> list[Path]:
    """Every repository below the folder: this site's at `<source>`, those of others at `<sender>/<source>`."""
    return sorted(path.parent for path in home.rglob("config") if path.is_file())


def sealed(repository: Path) -> Iterator[Path]:
    """Every file of a repository that is named by its content."""
    for kind in SEALED:
        yield from (path for path in sorted((repository / kind).rglob("*")) if path.is_file() and len(path.name) == 64)


def check(repository: Path, record: Record) -> None:
    """Read one through. Raises `Failed` naming what is broken; nothing to read is not sound either."""
    broken = []
    for path in sealed(repository):
        record["files"] += 1
        record["bytes"] += path.stat().st_size
        if digest(path) != path.name:
            broken.append(str(path.relative_to(repository)))
    snapshots = sorted((repository / "snapshots").glob("*"), key=lambda path: path.stat().st_mtime)
    if not record["files"] or not snapshots:
        raise Failed("没有可检查的副本")
    record |= {"snapshot": snapshots[-1].name, "moment": instant(snapshots[-1].stat().st_mtime)}
    if broken:
        raise Failed(f"{len(broken)} 个文件的内容与名字（sha256）不符：{'、'.join(broken[:3])}")


def main() -> int:
    """Exit code 1 when any repository is not sound; one line in the journal each. A machine to which nobody has come yet has nothing to check."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--place", required=True)
    for name in ("home", "journal"):
        words.add_argument(f"--{name}", required=True, type=Path)
    told = words.parse_args()
    good = True
    for repository in repositories(told.home):
        about = {"kind": "check", "job": "", "source": str(repository.relative_to(told.home)), "place": told.place}
        try:
            with recorded(told.journal, **about) as record:
                check(repository, record)
        except (Failed, OSError) as problem:
            print(f"{about['source']}：{problem}", file=sys.stderr)
            good = False
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
