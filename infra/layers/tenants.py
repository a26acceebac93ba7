"""Layer tenants, with the operator's credential: each tenant's network in its zone, its security group, and what it is given to use."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
from pulumi_openstack import networking

from infra.blueprint.types import SitePlan, TenantPlan
from infra.layers.refs import Refs
from infra.layers.security import make_group, make_rules
from infra.layers.segments import make_leg, make_segment


def declare(site: SitePlan, refs: Refs) -> None:
    """All tenants of the site."""
    for tenant in site.tenants:
        Tenant(tenant, refs)


class Tenant(pulumi.ComponentResource):
    """A tenant: its network belongs to the operator, and is shared to the tenant's project alone."""

    def __init__(self, plan: TenantPlan, refs: Refs) -> None:
        super().__init__("govnet:tenants:Tenant", plan.id)
        opts = pulumi.ResourceOptions(parent=self)
        pools = {
            subnet.pool_id: refs.of("network", subnet.pool_id) for subnet in plan.network.subnets if subnet.pool_id
        }
        segment = make_segment(plan.network, None, pools, opts)
        make_leg(plan.leg, refs.of("network", plan.leg.router_id), segment, opts)
        group = make_group(plan.group, opts)
        for rule in plan.zone_rules:
            make_rules([rule], refs.of("network", rule.group_id), opts)
        shared: Mapping[str, pulumi.Input[str]] = {plan.network.id: segment.network, plan.group.id: group.id}
        for share in plan.shares:
            networking.RbacPolicyV2(
                share.id,
                action="access_as_shared",
                object_type=share.object_type,
                object_id=shared[share.object_id],
                target_tenant=refs.of("cloud", share.project_id),
                opts=opts,
            )
        self.register_outputs({})
