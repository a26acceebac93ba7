"""Domain, projects with their quotas, flavours, groups: the layers `cloud` and `identity` of a site."""

from __future__ import annotations

from infra import names
from infra.blueprint.types import (
    CloudPlan,
    ComputeQuota,
    ExternalPlan,
    FlavorPlan,
    GroupMembership,
    IdentityPlan,
    NetworkQuota,
    ProjectPlan,
    WirePlan,
)
from infra.model.estate import Estate, SiteEstate
from infra.model.tenant import Tenant

ROLE = "member"
_GIB = 1024
_RULES_PER_ZONE = 400
_RULES_PER_TENANT = 60
_PORTS_PER_NETWORK = 6
"""Router legs, the metadata port, the probe."""


def cloud(
    estate: Estate,
    site: SiteEstate,
    tenants: tuple[Tenant, ...],
    wires: tuple[WirePlan, ...],
    external: ExternalPlan | None,
) -> CloudPlan:
    """What the cloud administrator makes of a site."""
    projects = [_operator_project(site), *(_tenant_project(tenant) for tenant in tenants)]
    return CloudPlan(
        domain=names.domain(site.id),
        domain_description=f"{site.entry.name}政务云（区划代码 {site.entry.code}）",
        manager=names.manager_user(site.id),
        projects=tuple(sorted(projects, key=lambda project: project.id)),
        flavors=tuple(
            FlavorPlan(row.id, names.named(site.id, row.id), row.vcpus, row.ram_mib, row.disk_gib)
            for row in sorted(estate.province.flavors, key=lambda row: row.id)
        ),
        wires=wires,
        external=external,
    )


def identity(site: SiteEstate, tenants: tuple[Tenant, ...]) -> IdentityPlan:
    """What the domain manager makes of a site."""
    groups = [
        GroupMembership(
            id=names.tenant_group(tenant.id),
            name=names.tenant_group(tenant.id),
            description=f"{tenant.title}的成员",
            project_id=tenant.id,
            role=ROLE,
            declared_by=f"tenant:{tenant.id}",
        )
        for tenant in tenants
    ]
    return IdentityPlan(
        operator=names.operator_user(site.id),
        operator_role=ROLE,
        groups=tuple(sorted(groups, key=lambda group: group.id)),
    )


def _operator_project(site: SiteEstate) -> ProjectPlan:
    """The operator's project, sized for the zones there are and the tenants the site may hold; never without a bound.

    Neutron counts a thing in the making twice for a moment, itself and its reservation, and all pools and routers are made at once: their
    bound is twice their number.
    """
    zones, tenants = len(site.zones), site.site.capacity.tenants
    networks = 2 * zones + 2 + tenants
    return ProjectPlan(
        id=names.OPERATOR_PROJECT,
        name=names.OPERATOR_PROJECT,
        description=f"{site.entry.name}政务外网运维项目：拥有全部网络、路由器和安全组",
        network_quota=NetworkQuota(
            network=networks,
            subnet=2 * networks,
            subnetpool=2 * (2 * zones),
            router=2 * zones,
            port=_PORTS_PER_NETWORK * networks + site.site.capacity.machines,
            floatingip=0,
            rbac_policy=2 * tenants + 2,
            security_group=zones + tenants + 1,
            security_group_rule=_RULES_PER_ZONE * zones + _RULES_PER_TENANT * tenants,
        ),
        compute_quota=_compute(site.site.capacity.machines, site.site.capacity.cores, site.site.capacity.ram_gib),
        declared_by=f"site:{site.id}",
    )


def _tenant_project(tenant: Tenant) -> ProjectPlan:
    """A tenant's project: machines and ports, but nothing of the network (a department's private network is impossible by API)."""
    return ProjectPlan(
        id=tenant.id,
        name=tenant.id,
        description=tenant.title,
        network_quota=NetworkQuota(
            network=0,
            subnet=0,
            subnetpool=0,
            router=0,
            port=tenant.quota.ports,
            floatingip=0,
            rbac_policy=0,
            security_group=0,
            security_group_rule=0,
        ),
        compute_quota=_compute(tenant.quota.machines, tenant.quota.cores, tenant.quota.ram_gib),
        declared_by=f"tenant:{tenant.id}",
    )


def _compute(machines: int, cores: int, ram_gib: int) -> ComputeQuota:
    return ComputeQuota(instances=machines, cores=cores, ram=ram_gib * _GIB, key_pairs=machines)
