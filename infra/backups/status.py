"""How every copy stands: judged from the journals alone, so that the same records always give the same answer."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from infra.backups.journal import BASE, CHECK, COPY, Journal, Record
from infra.backups.sent import Sent
from infra.findings import Verdict
from infra.model.enums import Takes

BASE_AGE = timedelta(days=2)
"""A database machine makes a base backup of its own once a day, when its clock comes round."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A copy, its last good run, the age of the data in it (minutes), and the verdict: too old or found broken is a violation, not known
    is "could not check". `reason` says why, also of a last run that failed while the copy is still fresh enough."""

    sent: Sent
    last: Record | None
    age_minutes: int | None
    verdict: Verdict
    reason: str = ""


def standings(copies: Iterable[Sent], journals: Mapping[str, Journal], now: datetime) -> tuple[Standing, ...]:
    """Every copy by the journals of who sends it (copies) and of who keeps it (checks). `journals`: by machine; none is not read."""
    return tuple(_standing(row, journals, now) for row in copies)


def _standing(row: Sent, journals: Mapping[str, Journal], now: datetime) -> Standing:
    unread = Journal(problem="没有读到备份记录")
    wrote, held = (journals.get(machine.name, unread) for machine in (row.sender, row.keeper))
    if wrote.problem:
        return Standing(row, None, None, Verdict.UNCHECKED, f"{row.sender.name}：{wrote.problem}")
    runs = [record for record in wrote.records if _is_of(record, row) and record.kind == COPY]
    last = next((record for record in reversed(runs) if record.good), None)
    failed = f"最近一次失败：{runs[-1].why}" if runs and not runs[-1].good else ""
    if last is None or last.moment is None:
        return Standing(row, last, None, Verdict.VIOLATED, failed or "从未成功过")
    age = math.ceil((now - last.moment).total_seconds() / 60)
    broken = _broken(row, (*wrote.records, *held.records)) or _at_home(row, wrote.records, now)
    if broken:
        return Standing(row, last, age, Verdict.VIOLATED, broken)
    if age < 0:
        return Standing(row, last, age, Verdict.UNCHECKED, "记录的时间在将来，时钟不可信")
    if age > row.job.rpo_minutes:
        return Standing(row, last, age, Verdict.VIOLATED, failed or "超过 RPO")
    if held.problem:
        return Standing(row, last, age, Verdict.UNCHECKED, f"{row.keeper.name}：{held.problem}")
    return Standing(row, last, age, Verdict.OK, failed)


def _is_of(record: Record, row: Sent) -> bool:
    return record.source in (row.source.name, row.repository) and record.place == row.copy.site


def _broken(row: Sent, records: Iterable[Record]) -> str:
    """What the last check of each kind found: the keeper's own, without a key, and the source's, with it (their `job` differs)."""
    last = {record.job: record for record in records if record.kind == CHECK and _is_of(record, row)}
    return "；".join(f"检查发现损坏：{record.why}" for record in last.values() if not record.good)


def _at_home(row: Sent, records: Iterable[Record], now: datetime) -> str:
    """What is wrong with the base backups in a database machine's own repository, of which this is the copy. One that is not in the
    journal was made before the machine was: without any, no copy would have been taken."""
    runs = (
        [record for record in records if record.kind == BASE] if row.local and row.job.takes == Takes.DATABASE else []
    )
    if runs and not runs[-1].good:
        return f"本机的数据库备份失败：{runs[-1].why}"
    return "本机的数据库备份超过两天没有做" if runs and now - runs[-1].ended > BASE_AGE else ""
