"""Networks, subnets, routers and routes of a site."""

from __future__ import annotations

from ipaddress import ip_network

from infra import names
from infra.addressing.plan import wire_vlan
from infra.blueprint.addresses import Addresses, host
from infra.blueprint.paths import Instance, Needs, meets_inside, meets_outside
from infra.blueprint.permits import INTERNET_SIDE, egress_site
from infra.blueprint.types import (
    ExternalPlan,
    IpVersion,
    LegPlan,
    NetworkPlan,
    Pair,
    ProbePlan,
    RoutePlan,
    RouterPlan,
    ScopePlan,
    SubnetPlan,
    WirePlan,
)
from infra.model.estate import Estate, SiteEstate
from infra.model.zone import Zone

VERSIONS: tuple[IpVersion, ...] = (4, 6)
GATEWAY = 1
PROBE = 10
_RESERVED = 100
"""In a zone's own network, planned machines have the numbers below; what asks for any address gets one from here on."""
_TENANT_RESERVED = 4


class SiteNetworks:
    """Derives the network side of one site. `everybody`: the addresses of every site, because routes lead to other sites too."""

    def __init__(
        self, estate: Estate, site: SiteEstate, everybody: dict[str, Addresses], ways: Needs, only4: frozenset[str]
    ) -> None:
        self.estate = estate
        self.only4 = only4
        self.site = site
        self.everybody = everybody
        self.addresses = everybody[site.id]
        self.ways = ways

    # --- layer cloud --------------------------------------------------------------------------------------------------
    def wires(self) -> tuple[WirePlan, ...]:
        """Provider networks of the zones that must meet another site."""
        return tuple(
            WirePlan(
                id=names.wire(zone.id),
                name=names.named(self.site.id, names.wire(zone.id)),
                zone_id=zone.id,
                physical_network=names.physical_network(self.site.id),
                segmentation_id=wire_vlan(zone),
                declared_by=self._reference(zone),
            )
            for zone in self.site.zones
            if self._outside(zone)
        )

    def external(self) -> ExternalPlan | None:
        """The external network of the site's own registered exit."""
        egress = self.site.site.internet_egress
        if egress is None:
            return None
        subnet_id = names.subnet(names.INTERNET, 4)
        return ExternalPlan(
            id=names.INTERNET,
            name=names.named(self.site.id, names.INTERNET),
            subnet_id=subnet_id,
            subnet_name=names.named(self.site.id, subnet_id),
            physical_network=names.INTERNET,
            cidr=egress.cidr,
            gateway=egress.gateway,
            pool=(egress.first, egress.last),
            registration=egress.approval,
            carrier=egress.carrier,
            declared_by=f"site:{self.site.id}",
        )

    # --- layer network ------------------------------------------------------------------------------------------------
    def border(self) -> NetworkPlan:
        """The transit network on which the zones of the site meet."""
        return self._network(names.network(names.BORDER), names.BORDER, self.addresses.border(), f"site:{self.site.id}")

    def zone_network(self, zone: Zone) -> NetworkPlan:
        """The zone's own network, for platforms and the probe."""
        cidrs = self.addresses.hosts(zone)
        return self._network(
            names.network(zone.id), zone.id, cidrs, self._reference(zone), pool=zone.id, first=_RESERVED
        )

    def tenant_network(self, zone: Zone, tenant_id: str) -> NetworkPlan:
        cidrs = self.addresses.tenant(zone.id, tenant_id)
        identity = names.network(tenant_id)
        return self._network(identity, tenant_id, cidrs, f"tenant:{tenant_id}", pool=zone.id, first=_TENANT_RESERVED)

    def wire(self, zone: Zone) -> NetworkPlan | None:
        """This site's end of the zone's wire, if the zone must meet another site."""
        if not self._outside(zone):
            return None
        identity = names.wire(zone.id)
        return self._network(identity, identity, self.addresses.wire(zone), self._reference(zone), by_cloud=True)

    def scopes(self, zone: Zone) -> tuple[ScopePlan, ...]:
        block = self.addresses.block(zone)
        return tuple(
            ScopePlan(
                scope_id=names.scope(zone.id, version),
                scope_name=names.named(self.site.id, names.scope(zone.id, version)),
                pool_id=names.pool(zone.id, version),
                pool_name=names.named(self.site.id, names.pool(zone.id, version)),
                version=version,
                prefix=block.of(version),
            )
            for version in VERSIONS
        )

    def router(self, zone: Zone) -> RouterPlan:
        """The router that makes a zone a routing domain of its own."""
        identity = names.router(zone.id)
        legs = [
            self.leg(zone, names.network(zone.id), host(self.addresses.hosts(zone), GATEWAY), self._reference(zone))
        ]
        if meets_inside(self.ways, self._instance(zone)):
            address = self.addresses.router_on_border(zone)
            legs.append(self.leg(zone, names.network(names.BORDER), address, self._reference(zone)))
        if self._outside(zone):
            address = self.addresses.router_on_wire(zone)
            legs.append(self.leg(zone, names.wire(zone.id), address, self._reference(zone)))
        goes_out = INTERNET_SIDE in self.ways.get(self._instance(zone), {})
        own_exit = self.site.site.internet_egress is not None
        return RouterPlan(
            id=identity,
            name=names.named(self.site.id, identity),
            zone_id=zone.id,
            legs=tuple(sorted(legs, key=lambda leg: leg.id)),
            routes=self._routes(zone),
            external_id=names.INTERNET if goes_out and own_exit else "",
            declared_by=self._reference(zone),
        )

    def leg(self, zone: Zone, network_id: str, addresses: Pair, declared_by: str) -> LegPlan:
        """A port of the zone's router in a network."""
        identity = names.leg(zone.id, network_id)
        name = names.named(self.site.id, identity)
        return LegPlan(identity, name, names.router(zone.id), network_id, addresses, declared_by)

    def tenant_leg(self, zone: Zone, tenant_id: str) -> LegPlan:
        gateway = host(self.addresses.tenant(zone.id, tenant_id), GATEWAY)
        return self.leg(zone, names.network(tenant_id), gateway, f"tenant:{tenant_id}")

    def probe(self, zone: Zone) -> ProbePlan:
        identity = names.probe(zone.id)
        return ProbePlan(
            id=identity,
            name=names.named(self.site.id, identity),
            network_id=names.network(zone.id),
            addresses=host(self.addresses.hosts(zone), PROBE),
            group_id=names.group(zone.id),
        )

    def _routes(self, zone: Zone) -> tuple[RoutePlan, ...]:
        """Static routes: whole blocks, so that they stay when a tenant comes."""
        routes: list[RoutePlan] = []
        for (site_id, zone_id), flows in self.ways.get(self._instance(zone), {}).items():
            why = tuple(sorted(flows))
            if (site_id, zone_id) == INTERNET_SIDE:
                exit_site = egress_site(self.estate, self.site)
                if exit_site is not None and exit_site.id != self.site.id:
                    # IPv4 alone: a registered exit translates addresses, and there is none for IPv6.
                    hop = self.everybody[exit_site.id].router_on_wire(zone)
                    routes.append(RoutePlan("0.0.0.0/0", hop.v4, why))
                continue
            peer = self.estate.sites[site_id].zone(zone_id)
            if peer is None:
                raise KeyError(zone_id)
            there = self.everybody[site_id]
            hop = there.router_on_border(peer) if site_id == self.site.id else there.router_on_wire(peer)
            versions: tuple[IpVersion, ...] = (4,) if flows <= self.only4 else VERSIONS
            routes += [RoutePlan(there.block(peer).of(version), hop.of(version), why) for version in versions]
        return tuple(sorted(routes, key=lambda route: (":" in route.destination, route.destination)))

    # --- helpers ------------------------------------------------------------------------------------------------------
    def _network(
        self,
        identity: str,
        owner: str,
        cidrs: Pair,
        declared_by: str,
        *,
        pool: str = "",
        first: int = 0,
        by_cloud: bool = False,
    ) -> NetworkPlan:
        """A network with a subnet of each family. `pool`: the zone whose pools it comes from (then it has a gateway and DHCP)."""
        subnets = tuple(self._subnet(owner, version, cidrs.of(version), pool, first) for version in VERSIONS)
        return NetworkPlan(identity, names.named(self.site.id, identity), subnets, by_cloud, declared_by)

    def _subnet(self, owner: str, version: IpVersion, cidr: str, pool: str, first: int) -> SubnetPlan:
        identity = names.subnet(owner, version)
        network = ip_network(cidr)
        last = network[-2] if version == 4 else network[0xFFFF]
        start = network[first or 1] if version == 4 else network[first * 16 or 1]
        return SubnetPlan(
            id=identity,
            name=names.named(self.site.id, identity),
            version=version,
            cidr=cidr,
            gateway=str(network[GATEWAY]) if pool else "",
            dhcp=bool(pool),
            pool_id=names.pool(pool, version) if pool else "",
            allocation=((str(start), str(last)),),
        )

    def _instance(self, zone: Zone) -> Instance:
        return (self.site.id, zone.id)

    def _reference(self, zone: Zone) -> str:
        return f"zone:{self.site.id}/{zone.id}"

    def _outside(self, zone: Zone) -> bool:
        return meets_outside(self.estate, self.ways, self._instance(zone))
