"""What must be in the cloud of a site according to the blueprint. Pure, and written without looking at the layers: the comparison is
worth something only because meaning is stated twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict

from infra import names
from infra.blueprint.types import (
    IpVersion,
    LegPlan,
    MachinePlan,
    NetworkPlan,
    Pair,
    PlatformPlan,
    PortPlan,
    ProbePlan,
    RouterPlan,
    RulePlan,
    SecurityGroupPlan,
    SitePlan,
    TenantPlan,
    ZonePlan,
)
from infra.facts import words
from infra.facts.types import Fact, Kind

OWNER = {"项目": names.OPERATOR_PROJECT}
"""Whose everything on the network is: the operator's project."""

MANAGER_ROLE = "manager"


def expected(site: SitePlan) -> tuple[Fact, ...]:
    """All facts of a site, of every layer."""
    platform = _platform(site.platform, _names(site)) if site.platform else ()
    return (*_identity(site), *_cloud(site), *_network(site), *platform)


def _identity(site: SitePlan) -> Iterator[Fact]:
    cloud, identity = site.cloud, site.identity
    domain = f"域 {cloud.domain}"
    yield Fact(Kind.DOMAIN, cloud.domain, {"说明": cloud.domain_description, "启用": words.yes(True)})
    for project in cloud.projects:
        yield Fact(Kind.PROJECT, project.name, {"说明": project.description, "启用": words.yes(True)})
        quotas = {**asdict(project.network_quota), **asdict(project.compute_quota)}
        yield Fact(Kind.QUOTA, project.name, {name: str(value) for name, value in quotas.items()})
    for user in (cloud.manager, identity.operator):
        yield Fact(Kind.USER, user, {"启用": words.yes(True)})
    yield Fact(Kind.ROLE, words.role(f"用户 {cloud.manager}", domain, MANAGER_ROLE))
    operator_project = f"项目 {names.OPERATOR_PROJECT}"
    yield Fact(Kind.ROLE, words.role(f"用户 {identity.operator}", operator_project, identity.operator_role))
    projects = {project.id: project.name for project in cloud.projects}
    for group in identity.groups:
        yield Fact(Kind.GROUP, group.name, {"说明": group.description})
        yield Fact(Kind.ROLE, words.role(f"用户组 {group.name}", f"项目 {projects[group.project_id]}", group.role))


def _cloud(site: SitePlan) -> Iterator[Fact]:
    for flavor in site.cloud.flavors:
        sizes = {"vcpus": str(flavor.vcpus), "ram": str(flavor.ram), "disk": str(flavor.disk), "公开": words.yes(True)}
        yield Fact(Kind.FLAVOR, flavor.name, sizes)
    for wire in site.cloud.wires:
        yield _network_fact(wire.name, words.provider("vlan", wire.physical_network, wire.segmentation_id))
    external = site.cloud.external
    if external:
        yield _network_fact(external.name, words.provider("flat", external.physical_network, None), external=True)
        yield _subnet_fact(external.name, external.subnet_name, 4, external.cidr, external.gateway, (external.pool,))
        share = words.share("network", external.name, names.OPERATOR_PROJECT, "access_as_external")
        yield Fact(Kind.SHARE, share)


def _network(site: SitePlan) -> Iterator[Fact]:
    names_by_id = _names(site)
    yield from _segment(site.border, {})
    for zone in site.zones:
        yield from _zone(zone, names_by_id)
    for tenant in site.tenants:
        yield from _tenant(site, tenant, names_by_id)


def _names(site: SitePlan) -> dict[str, str]:
    """Name of everything that another resource refers to, by its id."""
    found = {site.border.id: site.border.name}
    if site.cloud.external:
        found[site.cloud.external.id] = site.cloud.external.name
    for zone in site.zones:
        found |= {thing.id: thing.name for thing in (zone.network, zone.router, zone.group)}
        found |= {zone.wire.id: zone.wire.name} if zone.wire else {}
        found |= {scope.pool_id: scope.pool_name for scope in zone.scopes}
    for tenant in site.tenants:
        found |= {thing.id: thing.name for thing in (tenant.network, tenant.group)}
    return found


def _zone(zone: ZonePlan, names_by_id: dict[str, str]) -> Iterator[Fact]:
    for scope in zone.scopes:
        version = str(scope.version)
        yield Fact(Kind.SCOPE, scope.scope_name, {**OWNER, "版本": version, "共享": words.yes(False)})
        yield Fact(
            Kind.POOL,
            scope.pool_name,
            {
                **OWNER,
                "版本": version,
                "共享": words.yes(False),
                "前缀": words.prefix(scope.prefix),
                "地址作用域": scope.scope_name,
            },
        )
    yield from _segment(zone.network, names_by_id)
    if zone.wire:
        yield from _segment(zone.wire, names_by_id)
    yield from _router(zone.router, names_by_id)
    yield from _group(zone.group, names_by_id)
    yield _probe(zone.probe, names_by_id)


def _tenant(site: SitePlan, tenant: TenantPlan, names_by_id: dict[str, str]) -> Iterator[Fact]:
    yield from _segment(tenant.network, names_by_id)
    yield _leg(tenant.leg, names_by_id)
    yield from _group(tenant.group, names_by_id)
    yield from (_rule(rule, names_by_id) for rule in tenant.zone_rules)
    projects = {project.id: project.name for project in site.cloud.projects}
    for share in tenant.shares:
        shared, target = names_by_id[share.object_id], projects[share.project_id]
        yield Fact(Kind.SHARE, words.share(share.object_type, shared, target, "access_as_shared"))


def _segment(plan: NetworkPlan, names_by_id: dict[str, str]) -> Iterator[Fact]:
    """A network with its subnets; of a network that layer cloud made, the subnets alone."""
    if not plan.made_by_cloud:
        yield _network_fact(plan.name, "")
    for subnet in plan.subnets:
        pool = names_by_id[subnet.pool_id] if subnet.pool_id else ""
        yield _subnet_fact(
            plan.name,
            subnet.name,
            subnet.version,
            subnet.cidr,
            subnet.gateway,
            subnet.allocation,
            dhcp=subnet.dhcp,
            pool=pool,
        )


def _network_fact(name: str, provider: str, *, external: bool = False) -> Fact:
    values = {
        **OWNER,
        "启用": words.yes(True),
        "外部": words.yes(external),
        "共享": words.yes(False),
        "端口安全": words.yes(True),
        "承载": provider,
    }
    return Fact(Kind.NETWORK, name, values)


def _subnet_fact(
    network: str,
    name: str,
    version: IpVersion,
    cidr: str,
    gateway: str,
    allocation: Iterable[tuple[str, str]],
    *,
    dhcp: bool = False,
    pool: str = "",
) -> Fact:
    values = {
        **OWNER,
        "网络": network,
        "网段": words.prefix(cidr),
        "网关": words.address(gateway) if gateway else "",
        "DHCP": words.yes(dhcp),
        # Stateful, so that a host gets its planned address and no other.
        "IPv6 方式": "dhcpv6-stateful" if dhcp and version == 6 else "",
        "分配范围": words.ranges(allocation),
        "子网池": pool,
        "域名服务器": "",
        "主机路由": "",
    }
    return Fact(Kind.SUBNET, name, values)


def _router(plan: RouterPlan, names_by_id: dict[str, str]) -> Iterator[Fact]:
    external = names_by_id[plan.external_id] if plan.external_id else ""
    yield Fact(
        Kind.ROUTER,
        plan.name,
        {**OWNER, "启用": words.yes(True), "外部网络": external, "地址转换": words.yes(True) if external else ""},
    )
    for leg in plan.legs:
        yield _leg(leg, names_by_id)
    for route in plan.routes:
        yield Fact(Kind.ROUTE, words.route(plan.name, route.destination, route.next_hop))


def _leg(plan: LegPlan, names_by_id: dict[str, str]) -> Fact:
    return Fact(
        Kind.LEG,
        plan.name,
        {
            **OWNER,
            "路由器": names_by_id[plan.router_id],
            "网络": names_by_id[plan.network_id],
            "地址": words.addresses((plan.addresses.v4, plan.addresses.v6)),
            "安全组": "",
            "允许的地址对": "",
        },
    )


def _probe(plan: ProbePlan, names_by_id: dict[str, str]) -> Fact:
    return _guarded_port(plan.name, plan.network_id, plan.addresses, (plan.group_id,), names_by_id)


def _guarded_port(
    name: str, network_id: str, addresses: Pair, group_ids: Iterable[str], names_by_id: dict[str, str]
) -> Fact:
    return Fact(
        Kind.PORT,
        name,
        {
            **OWNER,
            "网络": names_by_id[network_id],
            "地址": words.addresses((addresses.v4, addresses.v6)),
            "安全组": words.listed(names_by_id[group] for group in group_ids),
            "端口安全": words.yes(True),
            "允许的地址对": "",
            "启用": words.yes(True),
        },
    )


def _platform(plan: PlatformPlan, names_by_id: dict[str, str]) -> Iterator[Fact]:
    names_by_id = names_by_id | {group.id: group.name for group in plan.groups}
    for group in plan.groups:
        yield from _group(group, names_by_id)
    yield _port(plan.bastion, names_by_id)
    for machine in plan.machines:
        yield from (_port(port, names_by_id) for port in machine.ports)
        yield _machine(machine, plan.keypair_name)


def _machine(plan: MachinePlan, keypair: str) -> Fact:
    addresses = [address for port in plan.ports for address in (port.addresses.v4, port.addresses.v6)]
    values = {
        **OWNER,
        "状态": "ACTIVE",
        "规格": plan.flavor_name,
        "密钥": keypair,
        "地址": words.addresses(addresses),
    }
    return Fact(Kind.MACHINE, plan.name, values)


def _port(plan: PortPlan, names_by_id: dict[str, str]) -> Fact:
    return _guarded_port(plan.name, plan.network_id, plan.addresses, plan.group_ids, names_by_id)


def _group(plan: SecurityGroupPlan, names_by_id: dict[str, str]) -> Iterator[Fact]:
    yield Fact(Kind.SECURITY_GROUP, plan.name, {**OWNER, "说明": plan.description, "有状态": words.yes(True)})
    yield from (_rule(rule, names_by_id) for rule in plan.rules)


def _rule(plan: RulePlan, names_by_id: dict[str, str]) -> Fact:
    has_ports = plan.port_min != 0 or plan.port_max != 0
    ports = words.ports(plan.port_min, plan.port_max) if has_ports else words.ports(None, None)
    group, protocol, remote = names_by_id[plan.group_id], words.protocol(plan.protocol), words.prefix(plan.remote)
    return Fact(Kind.RULE, words.rule(group, plan.direction, plan.version, protocol, ports, remote))
