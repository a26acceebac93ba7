"""Who takes part: a zone's platforms, a tenant, the internet, or a single address."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

from infra.blueprint.types import Blueprint, IpVersion, RulePlan, SitePlan, TenantPlan, ZonePlan

Network = IPv4Network | IPv6Network
INTERNET = "internet"


@dataclass(frozen=True, slots=True)
class Party:
    """One side of a question: its addresses, the zone (and so the router) it stands behind, the rules on its ports."""

    name: str
    site: str
    zone: ZonePlan | None
    v4: Network
    v6: Network
    rules: tuple[RulePlan, ...]

    def network(self, version: IpVersion) -> Network:
        return self.v4 if version == 4 else self.v6


def party(blueprint: Blueprint, name: str) -> Party | None:
    """`suqian/public_shared`, a tenant id, `internet`, or an address inside one of these; `None` when there is no such thing."""
    if name == INTERNET:
        return Party(INTERNET, "", None, ip_network("0.0.0.0/0"), ip_network("::/0"), ())
    for site in blueprint.sites:
        for zone in site.zones:
            if name == f"{site.id}/{zone.id}":
                return _zone(site, zone)
        for tenant in site.tenants:
            if name == tenant.id:
                return _tenant(site, tenant)
    return _address(blueprint, name)


def names(blueprint: Blueprint) -> list[str]:
    """Everything that `party` knows by name."""
    zones = [f"{site.id}/{zone.id}" for site in blueprint.sites for zone in site.zones]
    return [INTERNET, *zones, *(tenant.id for site in blueprint.sites for tenant in site.tenants)]


def _zone(site: SitePlan, zone: ZonePlan) -> Party:
    """A zone's platforms: its group has the rules of the zone and the other halves of tenants' flows."""
    halves = [rule for tenant in site.tenants for rule in tenant.zone_rules if rule.group_id == zone.group.id]
    hosts4, hosts6 = ip_network(zone.hosts.v4), ip_network(zone.hosts.v6)
    return Party(f"{site.id}/{zone.id}", site.id, zone, hosts4, hosts6, (*zone.group.rules, *halves))


def _tenant(site: SitePlan, tenant: TenantPlan) -> Party:
    cidrs = {subnet.version: ip_network(subnet.cidr) for subnet in tenant.network.subnets}
    return Party(tenant.id, site.id, site.zone(tenant.zone_id), cidrs[4], cidrs[6], tenant.group.rules)


def _address(blueprint: Blueprint, text: str) -> Party | None:
    """The party that an address belongs to, narrowed to that address."""
    try:
        address = ip_network(text)
    except ValueError:
        return None
    if address.num_addresses != 1:
        return None
    for name in names(blueprint)[1:]:
        found = party(blueprint, name)
        if found is None:
            continue
        own = found.network(4 if address.version == 4 else 6)
        if int(own.network_address) <= int(address.network_address) <= int(own.broadcast_address):
            v4, v6 = (address, found.v6) if address.version == 4 else (found.v4, address)
            return Party(f"{text}（{name}）", found.site, found.zone, v4, v6, found.rules)
    return None
