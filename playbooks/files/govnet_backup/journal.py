"""The journal of runs: one JSON line a run, also of one that failed, and never a secret in it. `govnet backup status` reads it."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

KEPT = 1000
"""Lines that stay: at a copy an hour and a check a week, six weeks."""

Record = dict[str, Any]
"""One run: `kind` (copy, check or prune), `job`, `source` (whose data), `place` (where the copy stands), `snapshot`, `moment` (of the data),
`manifest` (sha256 of the list of contents), `begun`, `ended` (UTC, ISO 8601), `files`, `bytes`, `result` (ok or failed), `why`."""


class Failed(Exception):
    """A run that did not do what it is for; the words go into the journal."""


def instant(seconds: float | None = None) -> str:
    """A moment (seconds since the epoch; now) as the journal writes it."""
    moment = datetime.now(timezone.utc) if seconds is None else datetime.fromtimestamp(seconds, timezone.utc)  # noqa: UP017 - machines may have an older Python
    return moment.isoformat(timespec="seconds")


@contextmanager
def recorded(file: Path, secrets: Iterable[str] = (), **about: str) -> Iterator[Record]:
    """A run that is written down whatever becomes of it; the block fills in what it finds. `secrets`: words that must not be told."""
    empty = {"snapshot": "", "moment": "", "manifest": "", "files": 0, "bytes": 0}
    record: Record = {**about, **empty, "begun": instant(), "result": "failed", "why": "被中断"}
    try:
        yield record
        record |= {"result": "ok", "why": ""}
    except Exception as problem:
        record["why"] = hidden(str(problem) or type(problem).__name__, secrets)
        raise
    finally:
        append(file, {**record, "ended": instant()})


def append(file: Path, record: Record) -> None:
    """Add a line. The file is written whole, so that a reader, or a kill, never finds half a line."""
    with only_one(file.with_suffix(".lock")):
        before = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        line = json.dumps(record, ensure_ascii=False, sort_keys=True)
        write_whole(file, "".join(f"{row}\n" for row in [*before[1 - KEPT :], line]))


def write_whole(file: Path, text: str) -> None:
    """The old file or the new one, never half of one."""
    draft = file.with_name(f".{file.name}.draft")
    with draft.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    os.replace(draft, file)


@contextmanager
def only_one(lock: Path, *, wait: bool = True) -> Iterator[None]:
    """Only one at a time may be in the block. Raises `Failed` when another is and nobody waits."""
    with lock.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise Failed("另一次还没有做完") from None
        yield


def hidden(text: str, secrets: Iterable[str]) -> str:
    """The text without the secrets: programs quote what they were given when they complain."""
    for secret in filter(None, secrets):
        text = text.replace(secret, "***")
    return text
