"""Where sets of signatures stand on a machine: each in a folder named by its list, and a link to the one in use that changes at once."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from .sets import LIST, Refused, made, trusted

IN_USE = "current"


def current(home: Path) -> Path | None:
    """The set in use, if there is one."""
    link = home / IN_USE
    return link.resolve() if link.exists() else None


@contextmanager
def draft(home: Path) -> Iterator[Path]:
    """A fresh folder in which a set is laid out; gone afterwards, unless it was put in use."""
    folder = home / "sets" / ".next"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def use(home: Path, folder: Path, signers: Path) -> datetime:
    """Put a set in use that is to be trusted and not older than the one before; when it was made. The one before stays beside it. Raises `Refused`."""
    moment = trusted(folder, signers)
    before = current(home)
    if before is not None and moment < made(before):
        raise Refused(f"{moment.isoformat()} 制成的比现用的 {made(before).isoformat()} 还旧")
    place = home / "sets" / hashlib.sha256((folder / LIST).read_bytes()).hexdigest()[:16]
    if place != before:
        shutil.rmtree(place, ignore_errors=True)
        folder.rename(place)
        place.chmod(0o755)
        link = home / ".next"
        link.unlink(missing_ok=True)
        link.symlink_to(Path("sets", place.name))
        link.replace(home / IN_USE)
        for old in (home / "sets").iterdir():
            if old not in (place, before):
                shutil.rmtree(old)
    return moment
