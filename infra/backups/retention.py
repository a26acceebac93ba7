"""What of a copy may go: snapshots older than the plan keeps them, and never one that a restore may have to stand on. Values only."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot in a repository, by its id, and the moment at which it was taken."""

    id: str
    moment: datetime


@dataclass(frozen=True, slots=True)
class Sorted:
    """What goes, and what is kept with why: id → reason."""

    goes: tuple[Snapshot, ...]
    kept: dict[str, str]


def sort(
    snapshots: Iterable[Snapshot],
    now: datetime,
    keep_days: int,
    *,
    good: Collection[str],
    drilled: Collection[str],
    elsewhere: Collection[str] = (),
) -> Sorted:
    """Whether each snapshot goes. `good`: those that a journal says were taken whole; `drilled`: those that a drill brought back equal.

    Kept are what is younger than `keep_days`, the newest, the newest good one, the newest drilled one, and what the sender still has
    (`elsewhere`): that would only be sent again. Nothing goes where none is known to be good: who knows nothing removes nothing.
    """
    rows = sorted(snapshots, key=lambda row: row.moment)
    known = [row for row in rows if row.id in good]
    proven = [row for row in rows if row.id in drilled]
    kept: dict[str, str] = {}
    for row in rows:
        if row.moment > now - timedelta(days=keep_days):
            kept[row.id] = f"未满 {keep_days} 天"
        elif row.id in elsewhere:
            kept[row.id] = "来源站点还存着，删了会再送来"
        elif not known:
            kept[row.id] = "没有一份记录为成功的副本，什么也不删"
    for last, why in ((rows, "最新的一份"), (known, "最近一次成功的"), (proven, "最近一次演练过的")):
        if last:
            kept.setdefault(last[-1].id, why)
    return Sorted(tuple(row for row in rows if row.id not in kept), kept)
