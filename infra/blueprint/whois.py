"""Whose an address is: unit, place, circuit, and the post on duty (posts, never persons)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from infra.blueprint.carried import CircuitPlan
from infra.blueprint.types import Blueprint, Pair, SitePlan

UNREGISTERED = "未登记"

_EXAMPLES = tuple(map(ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")))
"""Prefixes that are kept for documents (RFC 5737, RFC 3849): an address of theirs was never given to anybody."""


@dataclass(frozen=True, slots=True)
class Holder:
    """One block that holds an address. `chain`: what it belongs to, from the site down."""

    block: str
    title: str
    place: str
    circuit: str
    duty: str
    phone: str
    chain: tuple[str, ...]
    declared_by: str


def whois(blueprint: Blueprint, address: str) -> tuple[Holder, ...]:
    """Everything that holds an address, the narrowest first; nothing when it is not ours. `ValueError` when it is no address."""
    wanted = ip_address(address)
    found = [row for site in blueprint.sites for row in _holders(site) if _holds(row.block, wanted)]
    return tuple(sorted(found, key=lambda row: -_network(row.block).prefixlen))


def example(address: str) -> str:
    """The documents' prefix that an address is in, which makes it 示例; empty for one that may be real."""
    wanted = ip_address(address)
    return next((str(row) for row in _EXAMPLES if row.version == wanted.version and wanted in row), "")


def _network(block: str) -> IPv4Network | IPv6Network:
    return ip_network(block)


def _holds(block: str, address: IPv4Address | IPv6Address) -> bool:
    network = _network(block)
    return network.version == address.version and address in network


def _holders(site: SitePlan) -> Iterator[Holder]:
    chain: tuple[str, ...]
    for zone in site.zones:
        base = (site.title, zone.title)
        yield from _rows(site, zone.block, zone.title, base, zone.declared_by)
        yield from _rows(site, zone.hosts, f"{zone.title}平台", (*base, "平台网络"), zone.declared_by)
        for leg in zone.router.legs:
            one = _alone(leg.addresses)
            yield from _rows(site, one, f"{zone.title}路由器", (*base, "路由器", leg.network_id), leg.declared_by)
        yield from _rows(site, _alone(zone.probe.addresses), f"{zone.title}验证探针", (*base, "探针"), zone.declared_by)
    for host in site.hosts:
        for port in host.legs:
            chain = (site.title, site.zone(port.zone_id).title, "机器", host.id)
            yield from _rows(site, _alone(port.addresses), f"机器 {host.id}", chain, host.declared_by)
    for tenant in site.tenants:
        cidrs = {subnet.version: subnet.cidr for subnet in tenant.network.subnets}
        chain = (site.title, site.zone(tenant.zone_id).title, "租户", tenant.title)
        yield from _rows(site, Pair(cidrs[4], cidrs[6]), tenant.title, chain, tenant.declared_by)
        yield from _rows(
            site, _alone(tenant.leg.addresses), f"{tenant.title}的网关", (*chain, "网关"), tenant.declared_by
        )
    for unit in site.units:
        chain = (site.title, "接入单位", unit.title)
        circuit = _circuit(unit.circuit)
        yield from _rows(
            site, unit.block, unit.title, chain, unit.declared_by, unit.place, circuit, unit.duty, unit.phone
        )
    for county in site.counties:
        chain, line = (site.title, county.title), _circuit(county.circuit)
        duty, phone = county.duty, county.phone
        yield from _rows(site, county.block, county.title, chain, county.declared_by, county.title, line, duty, phone)
        for town in county.towns:
            chain, line = (site.title, county.title, town.title), _circuit(town.circuit)
            yield from _rows(site, town.block, town.title, chain, county.declared_by, town.title, line, duty, phone)
    if site.cloud.external is not None:
        external, chain = site.cloud.external, (site.title, "互联网出口")
        row = _holder(site, external.cidr, "统一互联网出口", chain, external.declared_by)
        yield replace(row, circuit=f"{external.carrier}的互联网线路")
    for legacy in site.legacy:
        # What was there before the extranet runs on lines of its own, and its own operator answers for it.
        for block in legacy.ranges:
            chain, duty = (site.title, "既有业务专网", legacy.id), f"{legacy.operator}值守岗"
            line = f"自有线路，{UNREGISTERED}"
            yield Holder(block, legacy.title, legacy.owner, line, duty, UNREGISTERED, chain, legacy.declared_by)


def _alone(addresses: Pair) -> Pair:
    """Two single addresses as blocks."""
    return Pair(f"{addresses.v4}/32", f"{addresses.v6}/128")


def _rows(
    site: SitePlan,
    blocks: Pair,
    title: str,
    chain: tuple[str, ...],
    declared_by: str,
    place: str = "",
    circuit: str = "",
    duty: str = "",
    phone: str = "",
) -> Iterator[Holder]:
    for block in (blocks.v4, blocks.v6):
        row = _holder(site, block, title, chain, declared_by)
        if place:
            row = Holder(block, title, place, circuit, duty, phone, chain, declared_by)
        yield row


def _holder(site: SitePlan, block: str, title: str, chain: tuple[str, ...], declared_by: str) -> Holder:
    """Whatever stands in a data centre: the site's roster says who is on duty."""
    place, duty = site.data_center or UNREGISTERED, site.duty
    desk, phone = (duty.desk, duty.phone) if duty else (f"{site.operator}值守岗", "")
    return Holder(block, title, place, "数据中心内部", desk, phone or UNREGISTERED, chain, declared_by)


def _circuit(circuit: CircuitPlan) -> str:
    medium = circuit.medium.label
    return f"{medium} {circuit.bandwidth_mbps}M，{circuit.carrier}，编号{circuit.circuit}，合同至{circuit.until}"
