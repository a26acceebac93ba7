"""Which machines are made, and where each is administered and watched."""

from __future__ import annotations

from collections.abc import Iterator

from infra.blueprint.planned import HostPlan
from infra.blueprint.types import Blueprint, SitePlan
from infra.model.enums import ZoneKind


def made(blueprint: Blueprint) -> Iterator[tuple[SitePlan, HostPlan]]:
    """The machines that are made, and their sites."""
    for site in blueprint.sites:
        if site.platform is not None:
            yield from ((site, row) for row in site.hosts if row.realised)


def ops_zone(site: SitePlan) -> str:
    """The zone from which a site is administered and watched (`""`: it has none)."""
    return next((zone.id for zone in site.zones if zone.kind is ZoneKind.OPS_MGMT), "")


def address(site: SitePlan, row: HostPlan) -> str:
    """Where a machine is administered and watched: its leg in operations management if it has one, so that answers go back that way."""
    leg = next((leg for leg in row.legs if leg.zone_id == ops_zone(site)), row.legs[0])
    return leg.addresses.v4
