"""Standing flows to permissions between zone instances of the sites that were read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from infra.blueprint.types import IpVersion, PermitPlan
from infra.model.base import port_range
from infra.model.enums import Between, Level, SiteState, ZoneKind
from infra.model.estate import Estate, SiteEstate
from infra.model.flow import EVERY_ZONE, INTERNET, Flow
from infra.model.zone import Zone

INTERNET_SIDE = ("", INTERNET)
_CROSSING = {
    Between.CITY_TO_PROVINCE: (frozenset({Level.CITY}), Level.PROVINCE),
    Between.PROVINCE_TO_CITY: (frozenset({Level.PROVINCE}), Level.CITY),
    Between.ANY_TO_DR: (frozenset({Level.PROVINCE, Level.CITY}), Level.DR),
    Between.DR_TO_PROVINCE: (frozenset({Level.DR}), Level.PROVINCE),
}


def egress_site(estate: Estate, site: SiteEstate) -> SiteEstate | None:
    """The site whose registered exit this site uses: itself, the one it names, or `None`. Planned sites reach no other one."""
    if site.site.internet_egress is not None:
        return site
    if site.entry.state is SiteState.PLANNED:
        return None
    via = estate.sites.get(site.site.egress_via) if site.site.egress_via else None
    return via if via is not None and via.site.internet_egress is not None else None


def crossing(between: Between, source: Level, target: Level) -> bool:
    """Whether a flow of this sort runs from a site of one level to a site of another."""
    sources, to = _CROSSING.get(between, (frozenset(), None))
    return source in sources and target is to


def permits(estate: Estate) -> tuple[PermitPlan, ...]:
    """All permissions, sorted."""
    rows = [row for flow in estate.flows for row in _of_flow(estate, flow)]
    return tuple(sorted(rows, key=lambda row: (row.flow, row.source, row.target, row.protocol, row.port_min)))


def _of_flow(estate: Estate, flow: Flow) -> Iterator[PermitPlan]:
    both: tuple[IpVersion, ...] = (4, 6)
    for source, target in sorted(set(_ends(estate, flow))):
        for protocol, low, high in sorted(map(port_range, flow.ports)):
            yield PermitPlan(
                flow=flow.id,
                source=source,
                target=target,
                protocol=protocol,
                port_min=low,
                port_max=high,
                versions=(4,) if target == INTERNET_SIDE else both,
                purpose=flow.purpose,
                expires=flow.expires.isoformat() if flow.expires else "",
                declared_by=f"flow:{flow.id}",
            )


def _ends(estate: Estate, flow: Flow) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    if flow.between is Between.SAME_SITE:
        for site in estate.sites.values():
            sources = _zones(site, flow.source)
            for source, target in product(sources, _zones(site, flow.target)):
                within = source.kind in flow.source and target.kind in flow.target
                if source.id != target.id or within:
                    yield (site.id, source.id), (site.id, target.id)
            if INTERNET in flow.target and egress_site(estate, site) is not None:
                yield from (((site.id, zone.id), INTERNET_SIDE) for zone in sources)
        return
    connected = [site for site in estate.sites.values() if site.entry.state is SiteState.OPEN]
    for here, there in product(connected, repeat=2):
        if crossing(flow.between, here.entry.level, there.entry.level):
            # A wire joins a zone with the same zone of the other site: a VPN instance never meets another one there.
            for zone in _zones(here, flow.source):
                if there.zone(zone.id) is not None:
                    yield (here.id, zone.id), (there.id, zone.id)


def _zones(site: SiteEstate, ends: tuple[ZoneKind | str, ...]) -> list[Zone]:
    return [zone for zone in site.zones if zone.kind in ends or EVERY_ZONE in ends]
