"""No machine that runs is without backup, monitoring, logs, and an owner: each is taken away in turn, from each machine, and a rule notices."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from infra.blueprint.load import load
from infra.blueprint.made import made
from infra.blueprint.planned import STATE, HostPlan
from infra.blueprint.types import SitePlan
from infra.engine import ROOT
from infra.findings import Finding
from infra.model.enums import Capability
from infra.model.estate import Estate
from policies.rule import Context, Rule
from policies.rules.p07_labels_complete import LabelsComplete
from policies.rules.p23_backup_by_level import BackupByLevel
from policies.rules.p28_monitor_and_log import MonitorAndLog
from tests.real import blueprint

HOSTS = list(made(blueprint()))
TODAY = date(2026, 11, 29)

Taken = tuple[Estate, SitePlan]


def estate() -> Estate:
    found = load(ROOT / "estate").estate
    assert found is not None
    return found


@pytest.fixture(scope="module")
def declared() -> Estate:
    return estate()


def saved_by(row: HostPlan) -> str:
    """The source of the job from which a machine comes back: its own data, or what is known of its site."""
    return row.id if Capability(row.capability).keeps_data else STATE


def without_backup(declared: Estate, site: SitePlan, row: HostPlan) -> Taken:
    return declared, replace(site, backups=tuple(job for job in site.backups if job.source != saved_by(row)))


def without_monitoring(declared: Estate, site: SitePlan, row: HostPlan) -> Taken:
    return declared, replace(site, targets=tuple(target for target in site.targets if target.host_id != row.id))


def without_logs(declared: Estate, site: SitePlan, row: HostPlan) -> Taken:
    return declared, replace(site, logs=tuple(log for log in site.logs if log.host_id != row.id))


def without_owner(declared: Estate, site: SitePlan, row: HostPlan) -> Taken:
    services = tuple(
        service.model_copy(update={"owner": ""}) if f"service:{service.id}" == row.declared_by else service
        for service in declared.services
    )
    return replace(declared, services=services), site


CASES: tuple[tuple[Callable[[Estate, SitePlan, HostPlan], Taken], Rule[Any]], ...] = (
    (without_backup, BackupByLevel()),
    (without_monitoring, MonitorAndLog()),
    (without_logs, MonitorAndLog()),
    (without_owner, LabelsComplete()),
)


def judged(rule: Rule[Any], declared: Estate, site: SitePlan) -> set[Finding]:
    """What a rule finds when there is only this site."""
    context = Context(declared, replace(blueprint(), sites=(site,)), TODAY)
    return set(_found(rule, context))


def _found(rule: Rule[Any], context: Context) -> Iterator[Finding]:
    for subject in rule.subjects(context):
        yield from rule.check(subject, context)


@pytest.mark.parametrize(("take", "rule"), CASES, ids=[take.__name__ for take, _ in CASES])
def test_what_is_taken_from_a_machine_is_noticed(
    take: Callable[[Estate, SitePlan, HostPlan], Taken], rule: Rule[Any], declared: Estate
) -> None:
    """A new finding, that names the machine, what saves it, or the service that declares it; of every machine that is made."""
    noticed = 0
    for site, row in HOSTS:
        before = judged(rule, declared, site)
        new = judged(rule, *take(declared, site, row)) - before
        assert any(
            row.id in found.wrong or saved_by(row) in found.wrong or found.subject == row.declared_by for found in new
        ), (
            row.name,
            new,
        )
        noticed += 1
    assert noticed == len(HOSTS) >= 9
