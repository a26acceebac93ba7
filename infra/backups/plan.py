"""The backup plan as people ask for it: by site, by service or by tenant, each copy with whether it can get where it is to go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from infra.blueprint.planned import BackupJobPlan, CopyPlan
from infra.blueprint.types import Blueprint, SitePlan

_HOUR, _DAY = 60, 24 * 60


@dataclass(frozen=True, slots=True)
class Planned:
    """A job and the site whose data it keeps."""

    site: SitePlan
    job: BackupJobPlan


def jobs_of(blueprint: Blueprint, wanted: str) -> tuple[Planned, ...]:
    """The jobs of a site, or those that come from a service or tenant wherever they are; none when nobody is called so."""
    rows = (Planned(site, job) for site in blueprint.sites for job in site.backups)
    declared = {f"service:{wanted}", f"tenant:{wanted}"}
    return tuple(row for row in rows if row.site.id == wanted or row.job.declared_by in declared)


def names(blueprint: Blueprint) -> frozenset[str]:
    """Everything that `jobs_of` finds jobs for."""
    declared = {job.declared_by.partition(":")[2] for site in blueprint.sites for job in site.backups}
    return frozenset(declared | {site.id for site in blueprint.sites})


def lost(blueprint: Blueprint, row: Planned) -> Iterator[tuple[CopyPlan, str]]:
    """The copies of a job that do not get where they are to go, and why not."""
    connected = {site.id for site in blueprint.sites if site.connected}
    for copy in row.job.copies:
        by_platform = not row.job.zone_id and copy.site == row.site.id
        if not copy.host_id:
            yield copy, "没有备份机"
        elif {row.site.id, copy.site} - connected:
            yield copy, "站点未开通"
        elif not copy.flows and not by_platform:
            yield copy, "没有流向放行"


def span(minutes: int) -> str:
    """A length of time in the largest unit that divides it."""
    for length, unit in ((_DAY, "天"), (_HOUR, "小时")):
        if minutes and minutes % length == 0:
            return f"{minutes // length} {unit}"
    return f"{minutes} 分钟"


def often(copy: CopyPlan) -> str:
    """How often a copy is taken."""
    return "实时" if copy.every_minutes == 0 else f"每 {span(copy.every_minutes)}"
