"""Notifications of Alertmanager as lines: one an alarm and post, with everything that whoever is told must know."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

KEPT = 20_000
"""Lines that stay in the file; the log keeps them all for as long as the law wants."""

NEVER = "0001-01-01T00:00:00Z"
"""How Alertmanager says that an alarm has not ended."""


class Unreadable(Exception):
    """A notification that is none."""


def letters(content: bytes, received: str) -> Iterator[str]:
    """A JSON line for each alarm in a notification (webhook version 4). The receiver's name is the post's. Raises `Unreadable`."""
    try:
        told = json.loads(content)
        rows = [_letter(str(told["receiver"]), row, received) for row in told["alerts"]]
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise Unreadable(f"读不懂的通知：{type(problem).__name__}") from problem
    if not rows:
        raise Unreadable("通知里一条告警也没有")
    return (json.dumps(row, ensure_ascii=False, sort_keys=True) for row in rows)


def _letter(post: str, row: Mapping[str, Any], received: str) -> dict[str, Any]:
    labels, notes, end = row["labels"], row["annotations"], row["endsAt"]
    if row["status"] not in ("firing", "resolved"):
        raise ValueError(row["status"])
    return {
        "received": received,
        "post": post,
        "status": row["status"],
        "alarm": labels["alarm"],
        "title": labels["alertname"],
        "severity": labels["severity"],
        "since": row["startsAt"],
        "until": "" if end == NEVER or row["status"] == "firing" else end,
        "summary": notes.get("summary", ""),
        "procedure": notes.get("procedure", ""),
        "labels": {name: labels[name] for name in sorted(labels) if name not in ("alarm", "alertname", "severity")},
    }


def put(file: Path, lines: Sequence[str]) -> None:
    """Add lines, each of them on the disk before this returns. A file grown to twice what is kept is written anew, whole."""
    with file.open("a", encoding="utf-8") as out:
        out.write("".join(f"{line}\n" for line in lines))
        out.flush()
        os.fsync(out.fileno())
    rows = file.read_text(encoding="utf-8").splitlines()
    if len(rows) > 2 * KEPT:
        draft = file.with_name(f".{file.name}.draft")
        draft.write_text("".join(f"{row}\n" for row in rows[-KEPT:]), encoding="utf-8")
        os.replace(draft, file)
