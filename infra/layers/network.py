"""Layer network, with the operator's credential: the zones of a site, each a routing domain of its own, and where they meet."""

from __future__ import annotations

import pulumi
from pulumi_openstack import networking

from infra import names
from infra.blueprint.types import RouterPlan, SitePlan, ZonePlan
from infra.layers.refs import Refs
from infra.layers.security import make_group
from infra.layers.segments import Segment, make_leg, make_probe, make_segment


def declare(site: SitePlan, refs: Refs) -> None:
    """The border of the site and its zones; exports the ids that the layers above need."""
    border = make_segment(site.border, None, {}, pulumi.ResourceOptions())
    pulumi.export(site.border.id, border.network)
    for zone in site.zones:
        Zone(zone, site.border.id, border, refs)


class Zone(pulumi.ComponentResource):
    """A zone instance: scopes and pools, networks, router with legs and routes, security group, probe port."""

    def __init__(self, plan: ZonePlan, border_id: str, border: Segment, refs: Refs) -> None:
        super().__init__("govnet:network:Zone", plan.id)
        opts = pulumi.ResourceOptions(parent=self)
        pools = _make_pools(plan, opts)
        segments = {border_id: border, plan.network.id: make_segment(plan.network, None, pools, opts)}
        if plan.wire:
            segments[plan.wire.id] = make_segment(plan.wire, refs.of("cloud", plan.wire.id), pools, opts)
        router = _make_router(plan.router, segments, refs, opts)
        group = make_group(plan.group, opts)
        make_probe(plan.probe, segments[plan.probe.network_id], group.id, opts)
        pulumi.export(plan.network.id, segments[plan.network.id].network)
        for subnet in plan.network.subnets:
            pulumi.export(subnet.id, segments[plan.network.id].subnets[subnet.version])
        pulumi.export(plan.router.id, router.id)
        pulumi.export(plan.group.id, group.id)
        for pool_id, pool in pools.items():
            pulumi.export(pool_id, pool)
        self.register_outputs({})


def _make_pools(plan: ZonePlan, opts: pulumi.ResourceOptions) -> dict[str, pulumi.Output[str]]:
    """Address scope and subnet pool of each IP version; the ids of the pools."""
    pools = {}
    for scope_plan in plan.scopes:
        scope = networking.AddressScope(
            scope_plan.scope_id, name=scope_plan.scope_name, ip_version=scope_plan.version, opts=opts
        )
        pool = networking.SubnetPool(
            scope_plan.pool_id,
            name=scope_plan.pool_name,
            address_scope_id=scope.id,
            prefixes=[scope_plan.prefix],
            opts=opts,
        )
        pools[scope_plan.pool_id] = pool.id
    return pools


def _make_router(
    plan: RouterPlan, segments: dict[str, Segment], refs: Refs, opts: pulumi.ResourceOptions
) -> networking.Router:
    router = networking.Router(
        plan.id,
        name=plan.name,
        admin_state_up=True,
        external_network_id=refs.of("cloud", plan.external_id) if plan.external_id else None,
        opts=opts,
    )
    legs = [make_leg(leg, router.id, segments[leg.network_id], opts) for leg in plan.legs]
    if plan.routes:
        networking.RouterRoutesV2(
            names.routes(plan.id),
            router_id=router.id,
            routes=[
                networking.RouterRoutesV2RouteArgs(destination_cidr=route.destination, next_hop=route.next_hop)
                for route in plan.routes
            ],
            # Neutron refuses a next hop that no leg of the router reaches.
            opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=legs)),
        )
    return router
