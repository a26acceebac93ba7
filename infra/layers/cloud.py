"""Layer cloud, with the cloud administrator's credential: domain, manager, projects and their quotas, flavours, provider networks."""

from __future__ import annotations

import pulumi
from pulumi_openstack import compute, identity, networking

from infra import names
from infra.blueprint.types import ExternalPlan, FlavorPlan, ProjectPlan, SitePlan, WirePlan
from infra.layers.refs import Refs
from infra.layers.secret import password_of

MANAGER_ROLE = "manager"
"""Keystone's own role of a domain manager."""


def declare(site: SitePlan, refs: Refs) -> None:
    """Everything of the site that only the cloud's administrator may make; exports the ids that other layers need."""
    plan = site.cloud
    domain = identity.Project(
        names.DOMAIN,
        name=plan.domain,
        description=plan.domain_description,
        is_domain=True,
        opts=pulumi.ResourceOptions(protect=True),
    )
    pulumi.export(names.DOMAIN, domain.id)
    manager = identity.User(
        names.MANAGER, name=plan.manager, domain_id=domain.id, password=password_of(site.id, "identity")
    )
    identity.RoleAssignment(
        names.role_of(names.MANAGER), user_id=manager.id, domain_id=domain.id, role_id=refs.role(MANAGER_ROLE)
    )
    projects = {project.id: Project(project, domain.id) for project in plan.projects}
    for project_id, made in projects.items():
        pulumi.export(project_id, made.project.id)
    operator = projects[names.OPERATOR_PROJECT]
    for flavor in plan.flavors:
        make_flavor(flavor)
    for wire in plan.wires:
        pulumi.export(wire.id, make_wire(wire, operator).id)
    if plan.external:
        pulumi.export(plan.external.id, External(plan.external, operator).network.id)


class Project(pulumi.ComponentResource):
    """A project with its quotas. What is made for it waits for `quota`: a cloud may give new projects a quota of nothing."""

    project: identity.Project
    quota: networking.QuotaV2

    def __init__(self, plan: ProjectPlan, domain: pulumi.Input[str]) -> None:
        super().__init__("govnet:cloud:Project", plan.id)
        opts = pulumi.ResourceOptions(parent=self)
        self.project = identity.Project(
            plan.id,
            name=plan.name,
            description=plan.description,
            domain_id=domain,
            opts=pulumi.ResourceOptions(parent=self, protect=True),
        )
        network, machines = plan.network_quota, plan.compute_quota
        self.quota = networking.QuotaV2(
            names.network_quota(plan.id),
            project_id=self.project.id,
            network=network.network,
            subnet=network.subnet,
            subnetpool=network.subnetpool,
            router=network.router,
            port=network.port,
            floatingip=network.floatingip,
            rbac_policy=network.rbac_policy,
            security_group=network.security_group,
            security_group_rule=network.security_group_rule,
            opts=opts,
        )
        compute.QuotaSetV2(
            names.compute_quota(plan.id),
            project_id=self.project.id,
            instances=machines.instances,
            cores=machines.cores,
            ram=machines.ram,
            key_pairs=machines.key_pairs,
            opts=opts,
        )
        self.register_outputs({})


class External(pulumi.ComponentResource):
    """The external network of a registered egress, external for the operator's project alone.

    `external=True` would make Neutron share it with every project (`*`); a policy `access_as_external` on a plain network makes it
    external for the policy's target only (docs/adr/0041-external-network.md).
    """

    network: networking.Network

    def __init__(self, plan: ExternalPlan, operator: Project) -> None:
        super().__init__("govnet:cloud:External", plan.id)
        owner = operator.project.id
        opts = pulumi.ResourceOptions(parent=self)
        self.network = networking.Network(
            plan.id,
            name=plan.name,
            tenant_id=owner,
            admin_state_up=True,
            port_security_enabled=True,
            segments=[networking.NetworkSegmentArgs(network_type="flat", physical_network=plan.physical_network)],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[operator.quota]),
        )
        networking.RbacPolicyV2(
            names.share(plan.id, names.OPERATOR_PROJECT),
            action="access_as_external",
            object_type="network",
            object_id=self.network.id,
            target_tenant=owner,
            opts=opts,
        )
        start, end = plan.pool
        networking.Subnet(
            plan.subnet_id,
            name=plan.subnet_name,
            network_id=self.network.id,
            tenant_id=owner,
            ip_version=4,
            cidr=plan.cidr,
            gateway_ip=plan.gateway,
            enable_dhcp=False,
            allocation_pools=[networking.SubnetAllocationPoolArgs(start=start, end=end)],
            opts=opts,
        )
        self.register_outputs({})


def make_flavor(plan: FlavorPlan) -> compute.Flavor:
    """A machine size that every project sees."""
    return compute.Flavor(plan.id, name=plan.name, vcpus=plan.vcpus, ram=plan.ram, disk=plan.disk, is_public=True)


def make_wire(plan: WirePlan, operator: Project) -> networking.Network:
    """The provider network of a zone; owned by the operator, who makes subnets and legs in it."""
    return networking.Network(
        plan.id,
        name=plan.name,
        tenant_id=operator.project.id,
        admin_state_up=True,
        port_security_enabled=True,
        segments=[
            networking.NetworkSegmentArgs(
                network_type="vlan",
                physical_network=plan.physical_network,
                segmentation_id=plan.segmentation_id,
            )
        ],
        opts=pulumi.ResourceOptions(depends_on=[operator.quota]),
    )
