"""All security-group rules of a site with the zone in which they hold."""

from __future__ import annotations

from collections.abc import Iterator

from infra.blueprint.types import RulePlan, SitePlan, ZonePlan


def rules(site: SitePlan) -> Iterator[tuple[ZonePlan, RulePlan]]:
    """Rules of the zones' own groups, of the tenants' groups, and the zones' halves of the tenants' flows."""
    by_group = {zone.group.id: zone for zone in site.zones}
    for zone in site.zones:
        for rule in zone.group.rules:
            yield zone, rule
    for tenant in site.tenants:
        for rule in tenant.group.rules:
            yield site.zone(tenant.zone_id), rule
        for rule in tenant.zone_rules:
            yield by_group[rule.group_id], rule


def ingress_rules(site: SitePlan) -> Iterator[tuple[ZonePlan, RulePlan]]:
    return ((zone, rule) for zone, rule in rules(site) if rule.direction == "ingress")


def egress_rules(site: SitePlan) -> Iterator[tuple[ZonePlan, RulePlan]]:
    return ((zone, rule) for zone, rule in rules(site) if rule.direction == "egress")
