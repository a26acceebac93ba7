"""What the plan says and no machine can: recorded as series, so that an alarm may ask for what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from infra.backups.sent import DATA, sent
from infra.blueprint.made import made
from infra.blueprint.types import Blueprint, SitePlan
from infra.model.enums import Capability
from infra.monitoring.duties import EVERYBODY, KEEPS_DATA
from infra.monitoring.targets import about, answered

DRILL_DAYS: Mapping[int, int] = {1: 365, 2: 365, 3: 180}
"""等保 level → days within which a restore is to be tried again; a test holds them to be those of rule P25. Level 1: ours."""

FIRST_DRILL = date(2027, 6, 30)
"""By this day everything has been restored once: rule P25's, as above."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A series with one value that stays."""

    name: str
    labels: Mapping[str, str]
    value: int


def facts(blueprint: Blueprint, site: SitePlan) -> tuple[Fact, ...]:
    """Everything about a site's made machines."""
    return (*_units(site), *_time(site), *_copies(blueprint, site), *_freshness(blueprint, site))


def _units(site: SitePlan) -> Iterator[Fact]:
    duties = {row.id: duty.units for row, duty in answered(site)}
    for row in site.hosts:
        if row.realised:
            kept = KEEPS_DATA.units if Capability(row.capability) in DATA else ()
            for name in (*EVERYBODY.units, *duties.get(row.id, ()), *kept):
                yield Fact("govnet_expected_unit", {**about(site, row), "name": name}, 1)


def _time(site: SitePlan) -> Iterator[Fact]:
    """Nobody can be synchronised to a time server that is planned and not made."""
    if any(row.realised and row.capability == Capability.TIME for row in site.hosts):
        for row in site.hosts:
            if row.realised:
                yield Fact("govnet_expected_time", about(site, row), 1)


def _copies(blueprint: Blueprint, site: SitePlan) -> Iterator[Fact]:
    """A copy is the sender's duty; a drill is owed once for each source."""
    for copy in sent(made(blueprint)):
        if copy.site.id != site.id:
            continue
        labels = {**about(site, copy.sender), "source": copy.source.name}
        rpo = copy.job.rpo_minutes * 60
        yield Fact("govnet_backup_rpo_seconds", {**labels, "place": copy.copy.site}, rpo)
        if copy.local:
            last = copy.job.restored
            days = timedelta(days=DRILL_DAYS[copy.job.mlps_level])
            due = date.fromisoformat(last.tested) + days if last is not None else FIRST_DRILL
            yield Fact(
                "govnet_drill_due_seconds", labels, int(datetime(due.year, due.month, due.day, tzinfo=UTC).timestamp())
            )


def _freshness(blueprint: Blueprint, site: SitePlan) -> Iterator[Fact]:
    """How old shared data may be, of its platform's first database: who has none of ours tells nobody when it renewed them."""
    databases = {
        f"service:{row.service}": row
        for row in reversed(site.hosts)
        if row.realised and row.capability == Capability.DATABASE
    }
    for item in blueprint.operations.freshness:
        if (row := databases.get(item.system)) is not None:
            labels = {**about(site, row), "dataset": item.id}
            yield Fact("govnet_dataset_limit_seconds", labels, item.max_age_hours * 3600)
