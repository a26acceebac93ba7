"""The network part of what is in the cloud of a site: networks, routers, ports, groups, shares, as facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from infra.facts import own, words
from infra.facts.cloud import Raw, Snapshot
from infra.facts.types import Fact, Kind

ROUTER_LEG = "network:router_interface"


@dataclass(frozen=True, slots=True)
class Wiring:
    """Facts, and one reason for each thing that was set aside (`infra.facts.own`)."""

    facts: tuple[Fact, ...]
    aside: tuple[str, ...]


class Names:
    """Names of everything by id. What belongs to nobody here keeps its id, and so can never look as expected."""

    def __init__(self, cloud: Snapshot) -> None:
        assert cloud.domain is not None
        kinds = (
            cloud.projects,
            cloud.networks,
            cloud.subnetpools,
            cloud.address_scopes,
            cloud.routers,
            cloud.security_groups,
        )
        self._names = {raw["id"]: raw["name"] or raw["id"] for raws in kinds for raw in raws}

    def __call__(self, cloud_id: str | None) -> str:
        return self._names.get(cloud_id, cloud_id) if cloud_id else ""

    def key(self, raw: Raw) -> str:
        return str(raw["name"] or raw["id"])


def wiring(cloud: Snapshot) -> Wiring:
    names = Names(cloud)
    groups, group_reasons = _groups(cloud, names)
    ports, port_reasons = _ports(cloud, names)
    facts = (
        *(_network(raw, names) for raw in cloud.networks),
        *(_subnet(raw, names) for raw in cloud.subnets),
        *(_scope(raw, names) for raw in cloud.address_scopes),
        *(_pool(raw, names) for raw in cloud.subnetpools),
        *_routers(cloud.routers, names),
        *ports,
        *groups,
        *_shares(cloud.rbac_policies, names),
        *(_other(kind, raw, names) for kind, raws in cloud.others.items() for raw in raws),
    )
    return Wiring(facts, (*group_reasons, *port_reasons))


def _fact(kind: Kind, raw: Raw, names: Names, **values: str) -> Fact:
    return Fact(kind, names.key(raw), {"项目": names(raw["project_id"]), **values}, raw["id"])


def _network(raw: Raw, names: Names) -> Fact:
    """Where an overlay network sits is the cloud's own business; of all others the place is told."""
    physical = raw.get("provider:physical_network") or ""
    return _fact(
        Kind.NETWORK,
        raw,
        names,
        启用=words.yes(raw["admin_state_up"]),
        外部=words.yes(raw["router:external"]),
        共享=words.yes(raw["shared"]),
        端口安全=words.yes(raw.get("port_security_enabled", True)),
        承载=words.provider(raw["provider:network_type"], physical, raw["provider:segmentation_id"]),
    )


def _subnet(raw: Raw, names: Names) -> Fact:
    modes = {raw["ipv6_address_mode"] or "", raw["ipv6_ra_mode"] or ""}
    values = {
        "网络": names(raw["network_id"]),
        "网段": words.prefix(raw["cidr"]),
        "网关": words.address(raw["gateway_ip"]) if raw["gateway_ip"] else "",
        "DHCP": words.yes(raw["enable_dhcp"]),
        "IPv6 方式": "/".join(sorted(modes)),
        "分配范围": words.ranges((pool["start"], pool["end"]) for pool in raw["allocation_pools"]),
        "子网池": names(raw["subnetpool_id"]),
        "域名服务器": words.listed(raw["dns_nameservers"]),
        "主机路由": words.listed(f"{route['destination']} via {route['nexthop']}" for route in raw["host_routes"]),
    }
    return _fact(Kind.SUBNET, raw, names, **values)


def _scope(raw: Raw, names: Names) -> Fact:
    return _fact(Kind.SCOPE, raw, names, 版本=str(raw["ip_version"]), 共享=words.yes(raw["shared"]))


def _pool(raw: Raw, names: Names) -> Fact:
    return _fact(
        Kind.POOL,
        raw,
        names,
        版本=str(raw["ip_version"]),
        共享=words.yes(raw["shared"]),
        前缀=words.listed(words.prefix(prefix) for prefix in raw["prefixes"]),
        地址作用域=names(raw["address_scope_id"]),
    )


def _routers(raws: Iterable[Raw], names: Names) -> Iterator[Fact]:
    for raw in raws:
        gateway = raw["external_gateway_info"] or {}
        yield _fact(
            Kind.ROUTER,
            raw,
            names,
            启用=words.yes(raw["admin_state_up"]),
            外部网络=names(gateway.get("network_id")),
            地址转换=words.yes(gateway["enable_snat"]) if gateway else "",
        )
        for route in raw["routes"]:
            key = words.route(names.key(raw), route["destination"], route["nexthop"])
            yield Fact(Kind.ROUTE, key, cloud_id=raw["id"])


def _ports(cloud: Snapshot, names: Names) -> tuple[list[Fact], list[str]]:
    known = own.OwnPorts(
        networks=frozenset(raw["id"] for raw in cloud.networks),
        gateways=frozenset(
            (raw["id"], raw["external_gateway_info"]["network_id"])
            for raw in cloud.routers
            if raw["external_gateway_info"]
        ),
        tenants=frozenset(_shared_to_tenants(cloud.rbac_policies)),
    )
    facts: list[Fact] = []
    aside: list[str] = []
    for raw in cloud.ports:
        reason = known.sort(raw)
        if reason:
            aside.append(reason)
        else:
            facts.append(_port(raw, names))
    return facts, aside


def _shared_to_tenants(policies: Iterable[Raw]) -> Iterator[tuple[str, str, str]]:
    """Each project with every network and security group shared to it."""
    shared: dict[tuple[str, str], list[str]] = {}
    for raw in policies:
        shared.setdefault((raw["target_tenant"], raw["object_type"]), []).append(raw["object_id"])
    for (project, kind), networks in shared.items():
        if kind == "network":
            for network in networks:
                for group in shared.get((project, "security_group"), []):
                    yield project, network, group


def _port(raw: Raw, names: Names) -> Fact:
    told = {
        "网络": names(raw["network_id"]),
        "地址": words.addresses(fixed["ip_address"] for fixed in raw["fixed_ips"]),
        "安全组": words.listed(names(group) for group in raw["security_groups"]),
        "允许的地址对": words.listed(
            f"{pair['ip_address']} {pair['mac_address']}" for pair in raw["allowed_address_pairs"]
        ),
    }
    if raw["device_owner"] == ROUTER_LEG:
        return _fact(Kind.LEG, raw, names, 路由器=names(raw["device_id"]), **told)
    guarded = words.yes(raw.get("port_security_enabled", True))
    return _fact(Kind.PORT, raw, names, 端口安全=guarded, 启用=words.yes(raw["admin_state_up"]), **told)


def _groups(cloud: Snapshot, names: Names) -> tuple[list[Fact], list[str]]:
    """Groups and their rules; of Neutron's default groups only what Neutron did not put there."""
    facts: list[Fact] = []
    aside: list[str] = []
    for group in cloud.security_groups:
        default = own.is_default_group(group)
        name = f"{own.DEFAULT_GROUP}({names(group['project_id'])})" if default else names.key(group)
        if default:
            aside.append("Neutron 为每个项目自建的 default 安全组（其自带规则）")
        else:
            told = {"说明": group["description"], "有状态": words.yes(group.get("stateful", True))}
            facts.append(_fact(Kind.SECURITY_GROUP, group, names, **told))
        facts += [
            _rule(name, rule, names)
            for rule in group["security_group_rules"]
            if not (default and own.is_default_rule(rule, group))
        ]
    return facts, aside


def _rule(group: str, raw: Raw, names: Names) -> Fact:
    """No remote given means everywhere."""
    version = 4 if raw["ethertype"] == "IPv4" else 6
    remote = words.prefix(raw["remote_ip_prefix"]) if raw["remote_ip_prefix"] else words.ANYWHERE[version]
    foreign = raw["remote_group_id"] or raw.get("remote_address_group_id")
    if foreign:
        remote = f"安全组 {names(foreign)}"
    ports = words.ports(raw["port_range_min"], raw["port_range_max"])
    key = words.rule(group, raw["direction"], version, words.protocol(raw["protocol"]), ports, remote)
    return Fact(Kind.RULE, key, cloud_id=raw["id"])


def _shares(policies: Iterable[Raw], names: Names) -> Iterator[Fact]:
    for raw in policies:
        key = words.share(raw["object_type"], names(raw["object_id"]), names(raw["target_tenant"]), raw["action"])
        yield Fact(Kind.SHARE, key, cloud_id=raw["id"])


def _other(kind: str, raw: Raw, names: Names) -> Fact:
    """A thing of a kind that nobody declares. A floating IP has an address for a name."""
    told = raw.get("floating_ip_address") or raw.get("name") or raw["id"]
    return Fact(Kind.OTHER, f"{kind} {told}", {"项目": names(raw.get("project_id"))}, raw["id"])
