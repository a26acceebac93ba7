"""Layer tenants: of every tenant its network, leg, group, its peers' halves of its flows, and its shares."""

from __future__ import annotations

from collections.abc import Iterator

from infra.blueprint.types import SitePlan, TenantPlan
from policies.expectations import parts
from policies.expected import Expected, Ext, Reference


def expected(site: SitePlan) -> Iterator[Expected]:
    for tenant in site.tenants:
        yield from _tenant(tenant)


def _tenant(plan: TenantPlan) -> Iterator[Expected]:
    pools: dict[str, Reference] = {s.pool_id: Ext("network", s.pool_id) for s in plan.network.subnets if s.pool_id}
    yield from parts.network(plan.network, pools)
    yield from parts.leg(plan.leg, plan.network, Ext("network", plan.leg.router_id))
    yield from parts.group(plan.group)
    for rule in plan.zone_rules:
        yield from parts.rules([rule], Ext("network", rule.group_id))
    for share in plan.shares:
        yield parts.share(share)
