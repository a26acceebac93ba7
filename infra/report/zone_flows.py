"""What a zone map shows: the zones of a site as columns, its permissions as rows. Values only; `zone_map` draws them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from infra.blueprint.types import Blueprint, PermitPlan, SitePlan, TenantPlan, ZonePlan
from infra.model.enums import Level, ZoneKind

INTERNET = "internet"
ELSEWHERE = "elsewhere"
"""Columns that are no zones: the internet on the left of the site, other sites on its right."""
MOST_TENANTS = 16
"""Tenants that a map shows one by one; the others are counted."""
DEFAULT = "0.0.0.0/0"
_ORDER = (
    ZoneKind.INTERNET_ACCESS,
    ZoneKind.SECURE_ACCESS,
    ZoneKind.DATA_EXCHANGE,
    ZoneKind.PUBLIC_SHARED,
    ZoneKind.DEDICATED,
    ZoneKind.OPS_MGMT,
    ZoneKind.SECURITY_MGMT,
    ZoneKind.DR_BACKUP,
)
"""Kinds from the outside inwards, then what serves all of them, so that most arrows are short."""


class Sort(StrEnum):
    """Sections of the map, in order."""

    INSIDE = "本站点各区之间"
    OUT = "互联网出口"
    ACROSS = "与其他站点之间，经各区自己的互联线路"
    TENANTS = "租户自己的流向"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: everyone in `sources` may open connections to everyone in `targets` (columns), and each in `within` among its own machines.

    `far`: who is at the other end, where one end is elsewhere. `tenant`: the column in which a tenant stands, if it is one's row.
    `permits`: how many permissions of the blueprint the row stands for.
    """

    sort: Sort
    words: str
    ports: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    within: tuple[str, ...] = ()
    far: tuple[str, ...] = ()
    tenant: str = ""
    permits: int = 0


def columns(site: SitePlan) -> tuple[ZonePlan, ...]:
    """The zones of a site from the outside inwards; several of a kind stand beside each other."""
    return tuple(sorted(site.zones, key=lambda zone: (_ORDER.index(zone.kind), zone.id)))


def rows(blueprint: Blueprint, site: SitePlan) -> tuple[Row, ...]:
    """Every permission of the site and its tenants' own flows, section by section."""
    flows: dict[str, list[PermitPlan]] = defaultdict(list)
    for permit in blueprint.permits:
        if site.id in (permit.source[0], permit.target[0]):
            flows[permit.flow].append(permit)
    found = [row for permits in flows.values() for row in _of_flow(blueprint, site, permits)]
    found += _through(blueprint, site)
    found += [row for tenant in site.tenants[:MOST_TENANTS] for row in _of_tenant(site, tenant)]
    order, places = list(Sort), [zone.id for zone in columns(site)]
    return tuple(sorted(found, key=lambda row: (order.index(row.sort), _first(row, places))))


def _first(row: Row, places: list[str]) -> tuple[bool, list[int], list[int]]:
    """Rows between two before rows of many, each from the left to the right; a tenant's rows stay together."""
    if row.sort is Sort.TENANTS:
        return False, [], []
    sources, targets = [
        sorted(places.index(name) for name in ends if name in places) for ends in (row.sources, row.targets)
    ]
    return len(sources) + len(targets) > 2, sources, targets


# --- standing flows ---------------------------------------------------------------------------------------------------
def _of_flow(blueprint: Blueprint, site: SitePlan, permits: list[PermitPlan]) -> Iterator[Row]:
    inside: dict[str, set[str]] = defaultdict(set)
    sent: dict[str, set[str]] = defaultdict(set)
    taken: dict[str, set[str]] = defaultdict(set)
    ports = {_port(row) for row in permits}
    for row in permits:
        (here, source), (there, target) = row.source, row.target
        if here == there:
            inside[source].add(target)
        elif there == "":
            yield from _out(blueprint, site, row)
        elif here == site.id:
            sent[source].add(there)
        else:
            taken[target].add(here)
    told, words = "、".join(sorted(ports)), permits[0].purpose + ("（含租户）" if _of_tenants(site, permits[0]) else "")
    if inside:
        yield from _inside(words, told, inside, len(ports))
    for zone, sites in sorted(sent.items()):
        far = _names(blueprint, sites)
        yield Row(Sort.ACROSS, words, told, (zone,), (ELSEWHERE,), far=far, permits=len(sites) * len(ports))
    for zone, sites in sorted(taken.items()):
        far = _names(blueprint, sites)
        yield Row(Sort.ACROSS, words, told, (ELSEWHERE,), (zone,), far=far, permits=len(sites) * len(ports))


def _of_tenants(site: SitePlan, permit: PermitPlan) -> bool:
    """Whether the flow includes the site's tenants: then their groups have rules of it."""
    return any(rule.declared_by == permit.declared_by for tenant in site.tenants for rule in tenant.group.rules)


def _inside(words: str, ports: str, pairs: dict[str, set[str]], times: int) -> Iterator[Row]:
    """Sources with the same targets share a row, so that a row never says more than what is permitted."""
    within = tuple(sorted(source for source, targets in pairs.items() if source in targets))
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for source, targets in sorted(pairs.items()):
        if others := tuple(sorted(targets - {source})):
            groups[others].append(source)
    if not groups:
        yield Row(Sort.INSIDE, words, ports, (), (), within, permits=len(within) * times)
    for number, (others, sources) in enumerate(sorted(groups.items())):
        own = within if number == 0 else ()
        count = (len(sources) * len(others) + len(own)) * times
        yield Row(Sort.INSIDE, words, ports, tuple(sources), others, own, permits=count)


def _port(row: PermitPlan) -> str:
    return f"{_range(row.port_min, row.port_max)}/{row.protocol}"


def _range(low: int, high: int) -> str:
    return f"{low}" if low == high else f"{low}-{high}"


# --- the internet -----------------------------------------------------------------------------------------------------
def _out(blueprint: Blueprint, site: SitePlan, permit: PermitPlan) -> Iterator[Row]:
    """A way out by the site's own exit, or over the wire to the site whose exit it uses."""
    zone = permit.source[1]
    exit_site = exit_of(blueprint, site, zone)
    if exit_site is site:
        yield Row(Sort.OUT, permit.purpose, _port(permit), (zone,), (INTERNET,), permits=1)
    else:
        far = (f"{exit_site.title}出口",) if exit_site else ("没有出口",)
        yield Row(Sort.OUT, permit.purpose, _port(permit), (zone,), (ELSEWHERE,), far=far, permits=1)


def exit_of(blueprint: Blueprint, site: SitePlan, zone_id: str) -> SitePlan | None:
    """The site whose exit a zone uses: its own, or the one that its default route leads to."""
    router = site.zone(zone_id).router
    if router.external_id:
        return site
    hops = {route.next_hop for route in router.routes if route.destination == DEFAULT}
    return next((other for other in blueprint.sites if hops & _stands_at(other, zone_id)), None)


def _stands_at(site: SitePlan, zone_id: str) -> set[str]:
    return {leg.addresses.v4 for zone in site.zones if zone.id == zone_id for leg in zone.router.legs}


def _through(blueprint: Blueprint, site: SitePlan) -> Iterator[Row]:
    """What others send out by this site's exit."""
    guests: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for permit in blueprint.permits:
        here, zone = permit.source
        if permit.target[0] == "" and here != site.id and exit_of(blueprint, blueprint.site(here), zone) is site:
            guests[zone, permit.purpose, _port(permit)].add(here)
    for (zone, words, ports), sites in sorted(guests.items()):
        told = f"{words}，其他站点经本站点{site.zone(zone).title}"
        yield Row(Sort.OUT, told, ports, (ELSEWHERE,), (INTERNET,), far=_names(blueprint, sites))


# --- who is elsewhere, and tenants ------------------------------------------------------------------------------------
def _names(blueprint: Blueprint, sites: Iterable[str]) -> tuple[str, ...]:
    """One site by its title, several of a level by their number."""
    found = [blueprint.site(name) for name in sorted(sites)]
    levels = Counter(site.level for site in found)
    single = [site.title for site in found if levels[site.level] == 1]
    return (*single, *(f"{count} 个{_LEVELS[level]}" for level, count in levels.items() if count > 1))


_LEVELS = {Level.PROVINCE: "省级站点", Level.CITY: "市", Level.DR: "容灾中心"}


def _of_tenant(site: SitePlan, tenant: TenantPlan) -> Iterator[Row]:
    """A tenant's own flows: with whom, out of the halves that its peers hold."""
    zones = {zone.group.id: zone.id for zone in site.zones}
    peers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for rule in tenant.zone_rules:
        if rule.version == 4:
            peers[rule.direction, f"{_range(rule.port_min, rule.port_max)}/{rule.protocol}"].add(zones[rule.group_id])
    here = tenant.zone_id
    if not peers:
        yield Row(Sort.TENANTS, f"{tenant.title}：没有自己的流向", "", (), (), tenant=here)
    for (direction, ports), zone_ids in sorted(peers.items()):
        others, within = tuple(sorted(zone_ids - {here})), (here,) if here in zone_ids else ()
        itself = (here,) if others else ()
        # What leaves the peer comes to the tenant.
        sources, targets = (others, itself) if direction == "egress" else (itself, others)
        yield Row(Sort.TENANTS, tenant.title, ports, sources, targets, within, tenant=here)
