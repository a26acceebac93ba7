"""The journal that machines write of their backups (playbooks/files/govnet_backup/journal.py), read back as values."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

FILE = "/var/lib/govnet-backup-journal/journal.jsonl"
"""Where a machine keeps it."""

COPY, CHECK, PRUNE, BASE = "copy", "check", "prune", "base"
"""Kinds of runs: a copy was taken or carried on; a repository was read through; old snapshots were removed; a database was backed up into
its machine's own repository."""


@dataclass(frozen=True, slots=True)
class Record:
    """One run. `moment`: of the data in the copy, `None` when none was taken; `manifest`: sha256 of the list of contents, if one was made."""

    kind: str
    job: str
    source: str
    place: str
    snapshot: str
    moment: datetime | None
    manifest: str
    begun: datetime
    ended: datetime
    files: int
    bytes: int
    result: str
    why: str

    @property
    def good(self) -> bool:
        """Whether it did what it is for."""
        return self.result == "ok"


@dataclass(frozen=True, slots=True)
class Journal:
    """What a machine wrote, oldest first; `problem` says why it could not be read."""

    records: tuple[Record, ...] = ()
    problem: str = ""


def read(text: str) -> Journal:
    """The journal in this text. One line that nobody understands makes all of it unread: what else is missing is not known either."""
    records = []
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            records.append(_record(json.loads(line)))
        except (ValueError, TypeError, KeyError):
            return Journal(problem=f"备份记录第 {number} 行读不懂")
    return Journal(tuple(records))


def _record(said: dict[str, Any]) -> Record:
    names = {field.name for field in fields(Record)}
    if set(said) != names or said["kind"] not in (COPY, CHECK, PRUNE, BASE) or said["result"] not in ("ok", "failed"):
        raise ValueError("no record")
    times = {name: datetime.fromisoformat(said[name]) for name in ("begun", "ended")}
    moment = datetime.fromisoformat(said["moment"]) if said["moment"] else None
    return Record(**{**said, **times, "moment": moment, "files": int(said["files"]), "bytes": int(said["bytes"])})
