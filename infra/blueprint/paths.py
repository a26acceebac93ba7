"""Which zones must know the way to which: both directions of every permission, because replies travel too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from infra.blueprint.permits import INTERNET_SIDE, egress_site
from infra.blueprint.types import PermitPlan
from infra.model.estate import Estate
from infra.model.flow import INTERNET

Instance = tuple[str, str]
Needs = dict[Instance, dict[Instance, set[str]]]
"""Zone instance → the instances it must know the way to → the flows that need it."""


def only_ipv4(rows: Iterable[PermitPlan]) -> frozenset[str]:
    """Flows that never use IPv6; what only they need gets no IPv6 route."""
    listed = list(rows)
    return frozenset(row.flow for row in listed) - frozenset(row.flow for row in listed if 6 in row.versions)


def needs(estate: Estate, rows: Iterable[PermitPlan]) -> Needs:
    """All ways that are needed. A site that goes out through another one needs the way to that site's zone of the same id."""
    ways: Needs = defaultdict(lambda: defaultdict(set))

    def both(one: Instance, other: Instance, flow: str) -> None:
        ways[one][other].add(flow)
        ways[other][one].add(flow)

    for row in rows:
        if row.source == row.target:
            continue  # within a zone nobody needs a way
        if row.target != INTERNET_SIDE:
            both(row.source, row.target, row.flow)
            continue
        site, zone = row.source
        exit_site = egress_site(estate, estate.sites[site])
        ways[row.source][INTERNET_SIDE].add(row.flow)
        if exit_site is not None and exit_site.id != site:
            ways[(exit_site.id, zone)][row.source].add(row.flow)
    for site_estate in estate.sites.values():
        for tenant in site_estate.tenants:
            peers = {row.zone for row in tenant.flows.ingress} | {row.zone for row in tenant.flows.egress}
            for peer in peers - {tenant.zone}:
                both((site_estate.id, tenant.zone), (site_estate.id, peer), f"tenant:{tenant.id}")
    return ways


def meets_inside(ways: Needs, instance: Instance) -> bool:
    """Whether a zone must meet another of its own site."""
    return any(site == instance[0] for site, _ in ways.get(instance, ()))


def meets_outside(estate: Estate, ways: Needs, instance: Instance) -> bool:
    """Whether a zone must meet another site, be it only on the way to the internet."""
    for site, zone in ways.get(instance, ()):
        if site and site != instance[0]:
            return True
        if zone == INTERNET and not site:
            exit_site = egress_site(estate, estate.sites[instance[0]])
            if exit_site is not None and exit_site.id != instance[0]:
                return True
    return False
