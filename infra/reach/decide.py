"""The decision: a rule that lets out, a way there, a rule that lets in, a way back. The first that is missing decides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from infra.blueprint.types import Blueprint, Direction, IpVersion, RoutePlan, RulePlan, ZonePlan
from infra.reach.parties import INTERNET, Network, Party

_MOST_HOPS = 8
"""More routers in a row than any way in the extranet has; a longer one goes round in circles."""


@dataclass(frozen=True, slots=True)
class Hop:
    """A router on the way, and the route it takes (empty: the target is behind this router)."""

    router: str
    destination: str = ""
    next_hop: str = ""
    flows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a connection can be opened. `sources` and `targets`: the addresses for which the answer holds, which may be a part."""

    passes: bool
    reason: str
    version: IpVersion
    egress: RulePlan | None = None
    ingress: RulePlan | None = None
    path: tuple[Hop, ...] = ()
    sources: str = ""
    targets: str = ""


def reach(blueprint: Blueprint, source: Party, target: Party, protocol: str, port: int, version: IpVersion) -> Answer:
    """Decide one question. Security groups are stateful, so replies need a way back but no rule."""
    here, there = source.network(version), target.network(version)
    if source.zone is None:
        return Answer(False, "互联网到内部没有任何发布：没有浮动地址，也没有入向规则", version)
    leaves = [rule for rule in _matching(source.rules, "egress", protocol, port, version) if _meet(rule, there)]
    if target.name == INTERNET:
        leaves = [
            rule for rule in leaves if ip_network(rule.remote).prefixlen == 0
        ]  # our own blocks are not the internet
    if not leaves:
        return Answer(False, f"{source.name} 没有放行去往目标的出向规则", version)
    out = max(leaves, key=lambda rule: ip_network(rule.remote).prefixlen)
    reached = there if target.zone is None else _narrow(out, there)
    path, end = _way(blueprint, source, reached)
    if end is None:
        return Answer(False, f"{path[-1].router} 没有去往 {reached} 的路由", version, out, path=path)
    if target.name == INTERNET:
        return Answer(True, "经登记的互联网出口", version, out, path=path, sources=str(here), targets=str(reached))
    enters = [rule for rule in _matching(target.rules, "ingress", protocol, port, version) if _meet(rule, here)]
    if not enters:
        return Answer(False, f"{target.name} 没有放行来自源的入向规则", version, out, path=path)
    into = max(enters, key=lambda rule: ip_network(rule.remote).prefixlen)
    allowed = _narrow(into, here)
    back, end = _way(blueprint, target, allowed)
    if end is None:
        return Answer(False, f"回程不通：{back[-1].router} 没有去往 {allowed} 的路由", version, out, into, path)
    return Answer(True, "两端规则放行，往返有路由", version, out, into, path, str(allowed), str(reached))


def _matching(
    rules: tuple[RulePlan, ...], direction: Direction, protocol: str, port: int, version: IpVersion
) -> Iterator[RulePlan]:
    for rule in rules:
        same = (rule.direction, rule.version, rule.protocol) == (direction, version, protocol)
        if same and rule.port_min <= port <= rule.port_max:
            yield rule


def _meet(rule: RulePlan, network: Network) -> bool:
    """Two prefixes are nested or apart; they meet when either holds the other."""
    remote = ip_network(rule.remote)
    return remote.version == network.version and remote.overlaps(network)


def _narrow(rule: RulePlan, network: Network) -> Network:
    """The common part of a rule's remote and a network."""
    remote = ip_network(rule.remote)
    return remote if remote.prefixlen > network.prefixlen else network


def _way(blueprint: Blueprint, source: Party, target: Network) -> tuple[tuple[Hop, ...], ZonePlan | None]:
    """Routers from a party to a network by longest prefix, and the zone where it ends (`None`: it does not get there)."""
    zone = source.zone
    hops: list[Hop] = []
    for _ in range(_MOST_HOPS):
        if zone is None:
            break
        label = f"{zone.site}/{zone.router.id}"
        if _behind(zone, target) or (target.prefixlen == 0 and zone.router.external_id):
            return (*hops, Hop(label)), zone
        route = _route(zone, target)
        hops.append(Hop(label, route.destination, route.next_hop, route.flows) if route else Hop(label))
        if route is None:
            break
        zone = _owner(blueprint, zone, route.next_hop)
    return tuple(hops), None


def _behind(zone: ZonePlan, target: Network) -> bool:
    """Whether a network is one of the zone's own: every network of a zone hangs on its router."""
    block = ip_network(zone.block.of(4 if target.version == 4 else 6))
    return block.overlaps(target) and block.prefixlen <= target.prefixlen


def _route(zone: ZonePlan, target: Network) -> RoutePlan | None:
    """The longest prefix that holds the whole target, as a router chooses."""
    holding = [
        (destination.prefixlen, route)
        for route in zone.router.routes
        if (destination := ip_network(route.destination)).version == target.version
        and destination.prefixlen <= target.prefixlen
        and destination.overlaps(target)
    ]
    return max(holding, key=lambda pair: pair[0])[1] if holding else None


def _owner(blueprint: Blueprint, zone: ZonePlan, next_hop: str) -> ZonePlan | None:
    """The zone whose router has the next hop, on a network on which this router has a leg too."""
    networks = {leg.network_id for leg in zone.router.legs}
    address = str(ip_address(next_hop))
    for site in blueprint.sites:
        for other in site.zones:
            for leg in other.router.legs:
                joined = leg.network_id in networks and (site.id == zone.site or leg.network_id.endswith("-wire"))
                if joined and address in (leg.addresses.v4, leg.addresses.v6):
                    return other
    return None
