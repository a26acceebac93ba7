"""Model parity: no machine and no tenant without backup, monitoring, logs and owner. Each is taken away in turn, from each of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from infra.blueprint.load import load
from infra.blueprint.planned import DECLARATIONS, STATE
from infra.blueprint.types import Blueprint, SitePlan
from infra.model.enums import Capability, Level
from infra.model.estate import Estate
from policies.rule import Context
from policies.rules.p07_labels_complete import LabelsComplete
from policies.rules.p23_backup_by_level import BackupByLevel
from policies.rules.p28_monitor_and_log import MonitorAndLog
from tests.cases import HERE

TODAY = date(2026, 11, 23)


@cache
def real() -> tuple[Estate, Blueprint]:
    loaded = load(HERE.parent / "estate")
    assert loaded.estate is not None
    assert loaded.blueprint is not None
    return loaded.estate, loaded.blueprint


def found(rule: BackupByLevel | MonitorAndLog | LabelsComplete, estate: Estate, site: SitePlan) -> set[tuple[str, str]]:
    """What a rule says of a site as if it were the only one: what is said, and what of."""
    context = Context(estate, Blueprint((site,), ()), TODAY)
    subjects = list(rule.subjects(context))
    return {(finding.message, finding.wrong) for row in subjects for finding in rule.check(row, context)}  # type: ignore[arg-type]  # each its own


def jobless(site: SitePlan) -> Iterator[tuple[str, SitePlan]]:
    """The site without the job of each source that must have one, and without what brings back the machines that need none."""
    sources = {host.id for host in site.hosts if Capability(host.capability).keeps_data}
    sources |= {tenant.id for tenant in site.tenants}
    sources |= {STATE, DECLARATIONS} if site.level is Level.PROVINCE else {STATE}
    for source in sorted(sources):
        yield source, replace(site, backups=tuple(job for job in site.backups if job.source != source))


def unwatched(site: SitePlan) -> Iterator[tuple[str, SitePlan]]:
    for host in site.hosts:
        yield host.id, replace(site, targets=tuple(row for row in site.targets if row.host_id != host.id))


def unlogged(site: SitePlan) -> Iterator[tuple[str, SitePlan]]:
    for host in site.hosts:
        yield host.id, replace(site, logs=tuple(row for row in site.logs if row.host_id != host.id))


SITES = tuple(sorted(path.parent.name for path in (HERE.parent / "estate" / "sites").glob("*/site.yaml")))


def test_there_are_sites() -> None:
    """A collector that found nothing would pass everything."""
    assert len(SITES) == 15


@pytest.mark.parametrize("name", SITES)
def test_whoever_loses_backup_monitoring_or_logs_is_named(name: str) -> None:
    """On the real estate, one thing taken away at a time: exactly one finding more, and it names the one that lost it."""
    estate, blueprint = real()
    site = blueprint.site(name)
    taken = 0
    for rule, removals in (
        (BackupByLevel(), jobless),
        (MonitorAndLog(), unwatched),
        (MonitorAndLog(), unlogged),
    ):
        before = found(rule, estate, site)
        for identity, without in removals(site):
            more = found(rule, estate, without) - before
            assert [wrong for _, wrong in more if wrong == identity] == [identity], (rule.id, identity, more)
            taken += 1
    assert taken >= 2 * len(site.hosts) + len(site.tenants) + 1


def test_every_machine_belongs_to_a_service_and_every_service_to_somebody() -> None:
    """Owner and operator of each service that has machines are taken away in turn; each time the rule says which is missing."""
    estate, blueprint = real()
    site = blueprint.site("province")
    declared = {row.id for row in estate.services}
    used = {host.service for row in blueprint.sites for host in row.hosts}
    assert used
    assert used <= declared
    for identity in sorted(used):
        for field, title in (("owner", "主管单位"), ("operator", "运营单位")):
            rows = tuple(row.model_copy(update={field: ""}) if row.id == identity else row for row in estate.services)
            messages = {message for message, _ in found(LabelsComplete(), replace(estate, services=rows), site)}
            assert [message.partition("：")[2] for message in messages] == [f"没有写明{title}"], identity


def test_every_tenant_has_somebody() -> None:
    """Owner and operator of each tenant are taken away in turn."""
    estate, blueprint = real()
    taken = 0
    for site in blueprint.sites:
        for tenant in site.tenants:
            assert tenant.labels is not None
            for field in ("owner", "operator"):
                orphan = replace(tenant, labels=replace(tenant.labels, **{field: ""}))  # type: ignore[arg-type]  # both are words
                rows = tuple(orphan if row.id == tenant.id else row for row in site.tenants)
                assert found(LabelsComplete(), estate, replace(site, tenants=rows))
                taken += 1
    assert taken
