"""What no machine could tell: a site's deployment state and the province's declarations, handed to a machine whose copies take them along.

Both are known where operators work. The site's monitor stands in the zone that the plan names for them; what it is handed lies in a folder
of its data, so that copies, lists of contents, carrying on, checks and drills are those of the machine.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from infra.backups.drill import Tried
from infra.backups.manifest import Compared, Manifest
from infra.backups.sent import DEPLOYMENT, Sent
from infra.backups.status import Standing
from infra.blueprint.planned import DECLARATIONS, STATE, BackupJobPlan, HostPlan
from infra.blueprint.types import SitePlan
from infra.findings import Verdict
from infra.model.enums import Capability

KEEP = "govnet backup keep"


@dataclass(frozen=True, slots=True)
class Known:
    """A file as it is known here, and since when it is so."""

    text: str
    changed: datetime

    @property
    def digest(self) -> str:
        """sha256 of what is in it."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Held:
    """What a machine has been handed: path below its folder → sha256, and when it was handed over; `problem`: why that is not known."""

    files: Mapping[str, str]
    moment: datetime | None = None
    problem: str = ""


def jobs(site: SitePlan) -> Iterator[BackupJobPlan]:
    """The jobs of a site whose data are known where operators work."""
    return (job for job in site.backups if job.source in (STATE, DECLARATIONS))


def holder(site: SitePlan) -> HostPlan | None:
    """The machine that is handed them, if it is made."""
    zones = {job.zone_id for job in jobs(site)}
    rows = (row for row in site.hosts if row.realised and row.capability == Capability.MONITORING)
    return next((row for row in rows if row.zone_id in zones), None)


def carried(copies: Iterable[Sent]) -> Iterator[Sent]:
    """The copies of these jobs, each inside the copy of the machine that was handed the data."""
    for row in copies:
        if row.source != holder(row.site):
            continue
        for job in jobs(row.site):
            copy = next((copy for copy in job.copies if copy.site == row.copy.site), None)
            if copy is not None:
                yield replace(row, job=job, copy=copy)


def standing(of: Standing, known: Mapping[str, Known], held: Held, saved: Manifest | None, now: datetime) -> Standing:
    """How a copy of such a job stands: what is known here has been handed over, and is in the copy; or at least not longer ago than the RPO.

    `of`: how the machine's copy stands in which it is; `known`: path → file; `saved`: the list of contents of that copy.
    """
    if of.last is None or of.verdict is Verdict.UNCHECKED:
        return of
    if held.problem or held.moment is None:
        return replace(of, verdict=Verdict.UNCHECKED, reason=held.problem)
    kind, wanted = of.sent.job.source, {path: row.digest for path, row in known.items()}
    there = _below(held.files, kind)
    if not there:
        return replace(of, verdict=Verdict.VIOLATED, reason=f"从未交存：{KEEP} {of.sent.site.id}")
    if unlike := [path for path in {*wanted, *there} if wanted.get(path) != there.get(path)]:
        since = min(known[path].changed if path in known else held.moment for path in unlike)
        return _behind(of, since, now, f"{len(unlike)} 个文件变了没有交存：{KEEP} {of.sent.site.id}")
    if saved is None:
        return replace(of, verdict=Verdict.UNCHECKED, reason="没有收存过这份副本的内容清单")
    if _below(saved.files, f"{DEPLOYMENT}/{kind}") != wanted:
        return _behind(of, held.moment, now, "最近交存的还没有进副本")
    return of


def _behind(of: Standing, since: datetime, now: datetime, reason: str) -> Standing:
    """Of what changed at a moment, the copy has nothing."""
    age = max(0, math.ceil((now - since).total_seconds() / 60))
    late = age > of.sent.job.rpo_minutes
    return replace(of, age_minutes=age, verdict=Verdict.VIOLATED if late else of.verdict, reason=reason)


def tried(of: Tried, saved: Manifest) -> Iterator[Tried]:
    """What a restore of a machine's copy shows of what it carries along. `saved`: the copy's list of contents."""
    if of.compared is None:
        return
    for row in carried([of.sent]):
        folder = f"{DEPLOYMENT}/{row.job.source}"
        missing, differing, foreign = (
            tuple(_below(dict.fromkeys(paths, ""), folder))
            for paths in (of.compared.missing, of.compared.differing, of.compared.foreign)
        )
        count = len(_below(saved.files, folder))
        if count:
            same = count - len(missing) - len(differing)
            yield replace(of, sent=row, compared=Compared(same, missing, differing, foreign))


def _below(files: Mapping[str, str], folder: str) -> dict[str, str]:
    start = f"{folder.strip('/')}/"
    return {path.removeprefix(start): said for path, said in files.items() if path.startswith(start)}
