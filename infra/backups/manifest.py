"""The list of contents that a source makes before a snapshot, kept elsewhere: what a restored copy has to be equal to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

FOLDER = "/var/lib/govnet-backup-client/manifests"
"""Where a source has its lists, each named by its snapshot."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """Of whose data, of which moment, and path → sha256 (of a symbolic link `-> target`). `owners`: of users and groups, number → name.
    `tables`: of a database, database and table → `<rows> <sha256 of all rows>`."""

    source: str
    moment: datetime
    files: Mapping[str, str]
    owners: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    tables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Compared:
    """A restored copy beside its list: how many files are the same; paths that are missing, that differ, that nobody saved."""

    same: int
    missing: tuple[str, ...]
    differing: tuple[str, ...]
    foreign: tuple[str, ...]

    @property
    def equal(self) -> bool:
        """All the same; nothing compared is not equal."""
        return self.same > 0 and not (self.missing or self.differing or self.foreign)


def read(text: str) -> Manifest:
    """The list in this text. Raises `ValueError` when it is none."""
    try:
        said = json.loads(text)
        moment = datetime.fromisoformat(said["moment"])
        return Manifest(said["source"], moment, dict(said["files"]), said.get("owners", {}), said.get("tables", {}))
    except (TypeError, KeyError) as problem:
        raise ValueError("no manifest") from problem


def digest(text: str) -> str:
    """What the journal's `manifest` is of a list with this text."""
    return hashlib.sha256(text.encode()).hexdigest()


def rows(tables: Mapping[str, str]) -> int:
    """How many rows there are in all of these tables."""
    return sum(int(what.split()[0]) for what in tables.values())


def compare(saved: Mapping[str, str], restored: Mapping[str, str]) -> Compared:
    """What came back, beside what was saved."""
    common = saved.keys() & restored.keys()
    differing = sorted(path for path in common if saved[path] != restored[path])
    return Compared(
        same=len(common) - len(differing),
        missing=tuple(sorted(saved.keys() - restored.keys())),
        differing=tuple(differing),
        foreign=tuple(sorted(restored.keys() - saved.keys())),
    )


def kept(home: Path, source: str, snapshot: str) -> Path:
    """The file of a list that was brought here."""
    return home / source / f"{snapshot}.json"
