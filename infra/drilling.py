"""Trying a restore: at the backup machine that keeps the copy, with a key that is brought for it, compared here with the list kept here."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from infra.backups import manifest
from infra.backups.drill import Tried
from infra.backups.manifest import Manifest
from infra.backups.sent import HOME, Sent
from infra.model.enums import Takes
from infra.remote import UNREACHABLE, Variables, on

RESTORE = "sudo env PYTHONPATH=/usr/local/lib/govnet python3 -B -m govnet_backup.restore"
"""Reads what it needs, the key too, from standard input: it is on no command line and in no file over there."""


def restore(sent: Sent, told: Mapping[str, Variables], key: Path, lists: Path, cipher: Path | None = None) -> Tried:
    """Restore the newest copy into a fresh folder of the machine that keeps it, and compare. Whatever takes longer than the RTO has failed,
    and is not waited for. `key`: file of the repository's password; `lists`: folder of the lists of contents; `cipher`: of a database,
    file of the password of the repository in the repository."""
    begun, clock = datetime.now(UTC), time.monotonic()
    needed = {"repository": f"{HOME}/{sent.repository}", "password": key.read_text(encoding="utf-8").strip()}
    if cipher is not None:
        needed["cipher"] = cipher.read_text(encoding="utf-8").strip()
    done = on(told[sent.keeper.name], RESTORE, given=json.dumps(needed), seconds=sent.job.rto_minutes * 60)
    return judged(sent, done, sent.keeper.name, lists, begun, clock)


def judged(
    sent: Sent, done: subprocess.CompletedProcess[str], where: str, lists: Path, begun: datetime, clock: float
) -> Tried:
    """What a machine says that it restored, beside the list kept here. `clock`: the steady clock when it began."""
    seconds = time.monotonic() - clock
    if done.returncode == UNREACHABLE:
        return Tried(sent, begun, seconds, reason=f"{where} 登录不上：{done.stderr.strip()[-200:]}", unchecked=True)
    if done.returncode:
        return Tried(sent, begun, seconds, reason=done.stderr.strip()[-300:] or "恢复失败")
    found = json.loads(done.stdout)
    snapshot = str(found["snapshot"])
    saved = listed(manifest.kept(lists, sent.source.name, snapshot))
    if saved is None:
        reason = f"没有收存过副本 {snapshot[:8]} 的内容清单，无从比较"
        return Tried(sent, begun, seconds, snapshot, reason=reason, unchecked=True)
    tables = found.get("tables", {})
    compared = manifest.compare({**saved.files, **saved.tables}, {**found["files"], **tables})
    rows = manifest.rows(tables) if sent.job.takes == Takes.DATABASE else None
    lost = (begun - saved.moment).total_seconds()
    return Tried(sent, begun, time.monotonic() - clock, snapshot, max(0.0, lost), compared, rows)


def listed(file: Path) -> Manifest | None:
    """The list in a file; one that is none is not there."""
    try:
        return manifest.read(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
