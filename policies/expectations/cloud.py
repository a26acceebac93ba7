"""Layer cloud: domain, manager, projects with quotas, flavours, provider and external networks."""

from __future__ import annotations

from collections.abc import Iterator

from infra import names
from infra.blueprint.types import ExternalPlan, ProjectPlan, SitePlan
from policies.expectations import tokens
from policies.expectations.parts import SWITCHED_ON
from policies.expected import Expected, Key, Password, Ref, Role, Value

DOMAIN = Ref(Key(tokens.PROJECT, names.DOMAIN))
EXTRANET = Ref(Key(tokens.PROJECT, names.OPERATOR_PROJECT))


def expected(site: SitePlan) -> Iterator[Expected]:
    plan = site.cloud
    yield Expected(
        DOMAIN.key, {"name": plan.domain, "description": plan.domain_description, "isDomain": True}, protect=True
    )
    manager = Key(tokens.USER, names.MANAGER)
    yield Expected(manager, {"name": plan.manager, "domainId": DOMAIN, "password": Password()})
    yield Expected(
        Key(tokens.ROLE_ASSIGNMENT, names.role_of(names.MANAGER)),
        {"userId": Ref(manager), "domainId": DOMAIN, "roleId": Role("manager")},
    )
    for project in plan.projects:
        yield from _project(project)
    for flavor in plan.flavors:
        yield Expected(
            Key(tokens.FLAVOR, flavor.id),
            {
                "name": flavor.name,
                "vcpus": flavor.vcpus,
                "ram": flavor.ram,
                "disk": flavor.disk,
                "isPublic": True,
            },
        )
    for wire in plan.wires:
        segment: Value = {
            "networkType": "vlan",
            "physicalNetwork": wire.physical_network,
            "segmentationId": wire.segmentation_id,
        }
        yield Expected(
            Key(tokens.NETWORK, wire.id),
            {"name": wire.name, "tenantId": EXTRANET, "segments": [segment], **SWITCHED_ON},
        )
    if plan.external:
        yield from _external(plan.external)


def _project(plan: ProjectPlan) -> Iterator[Expected]:
    key = Key(tokens.PROJECT, plan.id)
    yield Expected(key, {"name": plan.name, "description": plan.description, "domainId": DOMAIN}, protect=True)
    network, compute = plan.network_quota, plan.compute_quota
    yield Expected(
        Key(tokens.NETWORK_QUOTA, names.network_quota(plan.id)),
        {
            "projectId": Ref(key),
            "network": network.network,
            "subnet": network.subnet,
            "subnetpool": network.subnetpool,
            "router": network.router,
            "port": network.port,
            "floatingip": network.floatingip,
            "rbacPolicy": network.rbac_policy,
            "securityGroup": network.security_group,
            "securityGroupRule": network.security_group_rule,
        },
    )
    yield Expected(
        Key(tokens.COMPUTE_QUOTA, names.compute_quota(plan.id)),
        {
            "projectId": Ref(key),
            "instances": compute.instances,
            "cores": compute.cores,
            "ram": compute.ram,
            "keyPairs": compute.key_pairs,
        },
    )


def _external(plan: ExternalPlan) -> Iterator[Expected]:
    """Not `external`: that would share it with every project. The RBAC policy makes it external for the operator alone."""
    key = Key(tokens.NETWORK, plan.id)
    segment = {"networkType": "flat", "physicalNetwork": plan.physical_network}
    yield Expected(key, {"name": plan.name, "tenantId": EXTRANET, "segments": [segment], **SWITCHED_ON})
    yield Expected(
        Key(tokens.RBAC_POLICY, names.share(plan.id, names.OPERATOR_PROJECT)),
        {
            "action": "access_as_external",
            "objectType": "network",
            "objectId": Ref(key),
            "targetTenant": EXTRANET,
        },
    )
    start, end = plan.pool
    yield Expected(
        Key(tokens.SUBNET, plan.subnet_id),
        {
            "name": plan.subnet_name,
            "networkId": Ref(key),
            "tenantId": EXTRANET,
            "ipVersion": 4,
            "cidr": plan.cidr,
            "gatewayIp": plan.gateway,
            "enableDhcp": False,
            "allocationPools": [{"start": start, "end": end}],
        },
    )
