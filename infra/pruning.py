"""Old snapshots at the machine that keeps them: listed and removed there, with a key that is brought for it (see `infra.drilling`)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from infra.backups import journal
from infra.backups.retention import Snapshot
from infra.backups.sent import HOME, Sent
from infra.errors import ProbeError
from infra.remote import Variables, on

PRUNE = "sudo env PYTHONPATH=/usr/local/lib/govnet python3 -B -m govnet_backup.prune"
"""Reads what it needs, the key too, from standard input: it is on no command line and in no file over there."""

USER = "govnet-backup"
"""Who owns the repositories there."""

LASTING = 3600.0
"""Seconds for which it may take: everything that is kept is looked through before and afterwards."""


def listed(sent: Sent, told: Variables, key: Path) -> tuple[Snapshot, ...]:
    """Every snapshot of a copy. Raises `ProbeError` when nobody can say."""
    rows = json.loads(_said(sent, told, key, {"action": "list"}))
    return tuple(Snapshot(row["id"], datetime.fromisoformat(_shortened(row["time"]))) for row in rows)


def remove(sent: Sent, told: Variables, key: Path, snapshots: Sequence[Snapshot]) -> None:
    """Remove these. Raises `ProbeError` when they were not, and the machine's journal says so too."""
    about = {"job": sent.job.id, "source": sent.repository, "place": sent.copy.site}
    order = {"action": "prune", "journal": journal.FILE, "user": USER, **about}
    _said(sent, told, key, {**order, "snapshots": [row.id for row in snapshots]})


def _said(sent: Sent, told: Variables, key: Path, order: dict[str, Any]) -> str:
    password = key.read_text(encoding="utf-8").strip()
    given = {**order, "repository": f"{HOME}/{sent.repository}", "password": password}
    done = on(told, PRUNE, given=json.dumps(given), seconds=LASTING)
    if done.returncode:
        raise ProbeError(f"{sent.keeper.name}：{done.stderr.strip()[-300:]}")
    return done.stdout


def _shortened(moment: str) -> str:
    """restic writes nanoseconds, which Python does not read before 3.11 and nobody needs."""
    head, _, rest = moment.partition(".")
    zone = rest.lstrip("0123456789")
    return f"{head}{zone}".replace("Z", "+00:00") if rest else moment.replace("Z", "+00:00")
