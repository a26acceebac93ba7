"""Which blocks a site needs, by stable key, from what it declares. The ledger answers every demand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, summarize_address_range
from math import ceil, log2

from infra.addressing.plan import Space, links_block, part, zone_block
from infra.model.access import County
from infra.model.enums import CountyType, TenantState, ZoneKind
from infra.model.estate import Estate, SiteEstate
from infra.model.ledger import Block, Section
from infra.model.pool import Part, Pools

LINKS = "links"
BORDER = "border"
HOSTS = "hosts"
_MACHINES = "/machines"
FIRST_MACHINE, LAST_MACHINE = 11, 99
"""Numbers of planned machines in a zone's own network: after the gateway and the probe, before what asks for any address."""
_COUNTY4, _COUNTY6 = 18, 48
_UNIT4, _UNIT6 = 22, 56
"""Reference plan: a county has a /18 and a /48, a provincial department a /22 and a /56."""
_SPARE_HOSTS = 4
"""Network, broadcast, gateway and the network's own services."""


@dataclass(frozen=True, slots=True)
class Demand:
    """A block that is needed. `growth`: bits of IPv4 kept free for it. `reference`: what was declared that needs it.

    `order` goes before the key when several are new at once: counties stand in the order of their codes, as in the reference plan.
    """

    key: str
    prefix4: int
    prefix6: int
    growth: int
    part: Part | None
    reference: str
    order: str = ""


def county_key(county_id: str) -> str:
    return f"county/{county_id}"


def unit_key(department: str) -> str:
    return f"unit/{department}"


def tenant_key(tenant_id: str) -> str:
    return f"tenant/{tenant_id}"


def router_key(zone_id: str) -> str:
    return f"router/{zone_id}"


def machines(zone_id: str) -> str:
    """The section of a zone's planned machines: single addresses out of the zone's own network."""
    return zone_id + _MACHINES


def machine_key(service: str, capability: str, serial: int) -> str:
    return f"{service}/{capability}/{serial}"


def single(section: str) -> bool:
    """Whether a section holds single addresses out of a block that another section holds."""
    return section == BORDER or section.endswith(_MACHINES)


def prefix_for(hosts: int) -> int:
    """The longest IPv4 prefix that holds this many hosts beside the network's own addresses; never longer than /28."""
    return min(28, 32 - ceil(log2(hosts + _SPARE_HOSTS)))


def demands(estate: Estate, site: SiteEstate) -> dict[str, tuple[Demand, ...]]:
    """Sections of the ledger and what is needed in each, in the order in which they are served.

    A closed tenant needs nothing, which releases its block; one that has only applied is given its block already, so that the report
    of its pull request can show it.
    """
    pools = estate.pools
    needs: dict[str, list[Demand]] = {
        LINKS: [Demand(BORDER, 24, 64, 0, None, f"site:{site.id}")],
        BORDER: [Demand(router_key(zone.id), 32, 128, 0, None, f"zone:{site.id}/{zone.id}") for zone in site.zones],
    }
    for zone in site.zones:
        needs[zone.id] = [Demand(HOSTS, 24, 64, 0, Part.PLATFORMS, f"zone:{site.id}/{zone.id}")]
    for service, group, zones in estate.machines_at(site):
        for zone in zones:
            needs.setdefault(machines(zone.id), []).extend(
                Demand(machine_key(service.id, group.capability, serial), 32, 128, 0, None, f"service:{service.id}")
                for serial in range(1, group.count + 1)
            )
    for tenant in site.tenants:
        if tenant.state is not TenantState.CLOSED:
            need = Demand(
                tenant_key(tenant.id),
                prefix_for(tenant.hosts),
                64,
                pools.growth_bits,
                Part.TENANTS,
                f"tenant:{tenant.id}",
            )
            needs[tenant.zone].append(need)
    public = next((zone for zone in site.zones if zone.kind is ZoneKind.PUBLIC_SHARED), None)
    if public is not None:
        needs[public.id] += [
            Demand(county_key(row.id), _COUNTY4, _COUNTY6, 0, Part.COUNTIES, f"county:{row.id}", _place(row))
            for row in site.counties
        ]
        needs[public.id] += [
            Demand(unit_key(row.department), _UNIT4, _UNIT6, 0, Part.DEPARTMENTS, f"unit:{site.id}/{row.department}")
            for row in site.units
        ]
    return {name: tuple(sorted(rows, key=lambda row: (row.order, row.key))) for name, rows in needs.items()}


def _place(county: County) -> str:
    """Counties proper in the order of their codes, functional zones after them."""
    return f"{county.type is CountyType.FUNCTIONAL_ZONE:d}{county.code}"


def space(pools: Pools, site: SiteEstate, section: str, demand: Demand, given: Mapping[str, Section]) -> Space:
    """Where a demand may be answered. Single addresses come out of a block that was given before."""
    if section == BORDER:
        return _inside(given, LINKS, BORDER, 1, -2)
    if single(section):
        return _inside(given, section.removesuffix(_MACHINES), HOSTS, FIRST_MACHINE, LAST_MACHINE)
    if section == LINKS:
        block = links_block(pools, site.entry.slot)
        return Space((block.v4,), (block.v6,))
    zone = site.zone(section)
    if zone is None or demand.part is None:
        raise KeyError(section)
    return part(pools.zones[zone.kind], zone_block(pools, zone, site.entry.slot), site.entry.level, demand.part)


def _inside(given: Mapping[str, Section], section: str, key: str, first: int, last: int) -> Space:
    """The addresses of a block from one number to another (negative: from the end of the IPv4 block); nothing without the block."""
    block: Block | None = given[section].blocks.get(key) if section in given else None
    return _numbers(block.v4, block.v6, first, last) if block is not None else Space((), ())


@lru_cache(maxsize=512)
def _numbers(v4: str, v6: str, first: int, last: int) -> Space:
    """Every machine of a zone asks for the same space, so it is worked out once."""
    four, six = IPv4Network(v4), IPv6Network(v6)
    end = last % four.num_addresses
    return Space(
        tuple(summarize_address_range(four[first], four[end])), tuple(summarize_address_range(six[first], six[end]))
    )
