"""A restore that was tried: which copy it takes, what came of it, and the record of it. Values only."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from infra.backups.manifest import Compared
from infra.backups.sent import Sent
from infra.findings import Verdict
from infra.model.drill import Drill, Measured

_UNSIGNED = "-"


@dataclass(frozen=True, slots=True)
class Tried:
    """How a restore went. `begun`; `seconds` until what came back was compared; `lost_seconds`: age of the data in the copy when it began.
    `compared` is `None` when nothing could be compared, and `reason` says why; `rows`: of a database, how many were compared in all tables."""

    sent: Sent
    begun: datetime
    seconds: float
    snapshot: str = ""
    lost_seconds: float = 0.0
    compared: Compared | None = None
    rows: int | None = None
    reason: str = ""
    unchecked: bool = False
    """Nothing was tried: a machine did not answer, or there was no list to compare with."""

    @property
    def minutes(self) -> int:
        """How long it took, begun minutes counted."""
        return math.ceil(self.seconds / 60)

    @property
    def lost_minutes(self) -> int:
        """How much time would have been lost, begun minutes counted."""
        return math.ceil(self.lost_seconds / 60)

    @property
    def equal(self) -> bool:
        """Whether everything came back as it was saved; nothing compared is not equal, and a database without a row is nothing."""
        return self.compared is not None and self.compared.equal and self.rows != 0

    @property
    def told(self) -> str:
        """What is the same, in words."""
        same = self.compared.same if self.compared else 0
        return f"{same} 个文件" if self.rows is None else f"{same} 个文件和表（{self.rows} 行数据）"

    @property
    def verdict(self) -> Verdict:
        """Equal, within RPO and RTO."""
        if self.unchecked:
            return Verdict.UNCHECKED
        return Verdict.VIOLATED if self.faults() else Verdict.OK

    def faults(self) -> tuple[str, ...]:
        """Everything that was not as it should be, in words."""
        job, found = self.sent.job, [self.reason] if self.reason else []
        if self.compared is not None:
            if not self.compared.same:
                found.append("没有一个文件相同")
            if self.rows == 0:
                found.append("没有核对到一行数据")
            for word, paths in (
                ("缺", self.compared.missing),
                ("内容不同", self.compared.differing),
                ("多出", self.compared.foreign),
            ):
                if paths:
                    found.append(f"{word} {len(paths)} 个文件，例如 {paths[0]}")
        if self.minutes > job.rto_minutes:
            found.append(f"用时 {self.minutes} 分钟，超过 RTO {job.rto_minutes} 分钟")
        if self.lost_minutes > job.rpo_minutes:
            found.append(f"副本里的数据已有 {self.lost_minutes} 分钟，超过 RPO {job.rpo_minutes} 分钟")
        return tuple(found)


def chosen(copies: Iterable[Sent]) -> tuple[Sent, ...]:
    """One copy of each source: from another city before the own one, because a drill is for the day on which the own centre is gone."""
    best: dict[str, Sent] = {}
    for row in copies:
        known = best.get(row.source.name)
        if known is None or (row.copy.offsite, not row.local) > (known.copy.offsite, not known.local):
            best[row.source.name] = row
    return tuple(best[name] for name in sorted(best))


def record(tried: Tried, by: str, today: date) -> Drill:
    """The entry for the site's drills.yaml, not signed yet."""
    service = tried.sent.job.declared_by.partition(":")[2]
    return Drill(
        id=f"{service[:31].rstrip('_')}_{tried.begun:%Y%m%d_%H%M%S}",
        subject=tried.sent.job.declared_by,
        tested=today,
        copy_at=tried.sent.copy.site,
        minutes=tried.minutes,
        equal=tried.equal,
        by=by,
        measured=Measured(
            snapshot=tried.snapshot or "0" * 64,
            files=tried.compared.same if tried.compared else 0,
            lost_minutes=tried.lost_minutes,
            signature=_UNSIGNED,
        ),
    )


def signed(draft: Drill, signature: str) -> Drill:
    """The same entry with its signature."""
    assert draft.measured is not None
    return draft.model_copy(update={"measured": draft.measured.model_copy(update={"signature": signature})})


def line(drill: Drill) -> str:
    """The entry as a line of drills.yaml, in the style of those that people write."""
    told = drill.model_dump(mode="json", exclude_defaults=True)
    return f"  - {_flow(told)}\n"


def _flow(value: object) -> str:
    """A value as YAML in one line; every text is quoted, so that none can be taken for a number or a date but the dates themselves."""
    if isinstance(value, dict):
        return (
            "{"
            + ", ".join(f"{name}: {inner if name == 'tested' else _flow(inner)}" for name, inner in value.items())
            + "}"
        )
    return json.dumps(value, ensure_ascii=False)
