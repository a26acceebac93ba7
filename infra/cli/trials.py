"""The trials of the machines that are deployed, as `govnet verify` runs them."""

from __future__ import annotations

from collections.abc import Sequence

from infra import stackfiles
from infra.blueprint.types import Blueprint
from infra.cli import bastions
from infra.cli.progress import Progress
from infra.engine import ROOT
from infra.errors import GovnetError
from infra.findings import Verdict
from infra.hostaccess import host_variables
from infra.inventory.access import made
from infra.model.enums import Capability, ZoneKind
from infra.probing.feet import Foot, NamespaceFoot
from infra.report.verification import Trial
from infra.trials import try_all
from lab import namespaces


def run(blueprint: Blueprint, sites: Sequence[str], steps: Progress) -> tuple[Trial, ...]:
    """Every promise of every machine of these sites whose platform is deployed; one unkept trial says why nothing could be tried."""
    deployed = stackfiles.sites_with_machines(ROOT) & set(sites)
    rows = [(site, row) for site, row in made(blueprint) if site.id in deployed]
    if not rows:
        return ()
    try:
        bastions.stand(blueprint)
    except GovnetError as problem:
        return (Trial("堡垒机", "通往主机", Verdict.UNCHECKED, problem.message),)
    told = host_variables(ROOT, blueprint)
    feet: dict[str, tuple[Foot, Foot]] = {
        row.name: (_foot(site.id, ZoneKind.INTERNET_ACCESS), _foot(site.id, ZoneKind.PUBLIC_SHARED))
        for site, row in rows
        if row.capability == Capability.EXCHANGE
    }
    with steps.step(f"试 {len(rows)} 台主机") as step:
        done: list[Trial] = []
        for trial in try_all([row.name for _, row in rows], told, feet):
            step.note(f"{trial.subject} {trial.promise}")
            done.append(trial)
    return tuple(done)


def _foot(site: str, zone: ZoneKind) -> Foot:
    """The foot on a zone's probe port, where the verification's packets came from just now."""
    return NamespaceFoot(f"{namespaces.PREFIX}{site}-{zone.value}")
