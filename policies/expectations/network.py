"""Layer network: the border, and of every zone its scopes, networks, router, group and probe."""

from __future__ import annotations

from collections.abc import Iterator

from infra import names
from infra.blueprint.types import NetworkPlan, RouterPlan, SitePlan, ZonePlan
from policies.expectations import parts, tokens
from policies.expected import Expected, Ext, Key, Ref, Reference, Value


def expected(site: SitePlan) -> Iterator[Expected]:
    yield from parts.network(site.border, {})
    for zone in site.zones:
        yield from _zone(zone, site.border)


def _zone(plan: ZonePlan, border: NetworkPlan) -> Iterator[Expected]:
    networks = {network.id: network for network in (border, plan.network, plan.wire) if network}
    pools: dict[str, Reference] = {}
    for scope in plan.scopes:
        scope_key, pool_key = Key(tokens.ADDRESS_SCOPE, scope.scope_id), Key(tokens.SUBNET_POOL, scope.pool_id)
        pools[scope.pool_id] = Ref(pool_key)
        yield Expected(scope_key, {"name": scope.scope_name, "ipVersion": scope.version})
        yield Expected(
            pool_key, {"name": scope.pool_name, "addressScopeId": Ref(scope_key), "prefixes": [scope.prefix]}
        )
    yield from parts.network(plan.network, pools)
    if plan.wire:
        yield from parts.network(plan.wire, pools)
    yield from _router(plan.router, networks)
    yield from parts.group(plan.group)
    probe = plan.probe
    in_network = networks[probe.network_id]
    yield Expected(
        Key(tokens.PORT, probe.id),
        {
            "name": probe.name,
            "networkId": parts.network_id(in_network),
            "fixedIps": parts.fixed_ips(in_network, probe.addresses),
            "securityGroupIds": [Ref(Key(tokens.SECURITY_GROUP, probe.group_id))],
            **parts.SWITCHED_ON,
        },
    )


def _router(plan: RouterPlan, networks: dict[str, NetworkPlan]) -> Iterator[Expected]:
    key = Key(tokens.ROUTER, plan.id)
    inputs: dict[str, Value] = {"name": plan.name, "adminStateUp": True}
    if plan.external_id:
        inputs["externalNetworkId"] = Ext("cloud", plan.external_id)
    yield Expected(key, inputs)
    for leg in plan.legs:
        yield from parts.leg(leg, networks[leg.network_id], Ref(key))
    if plan.routes:
        routes = [{"destinationCidr": route.destination, "nextHop": route.next_hop} for route in plan.routes]
        yield Expected(Key(tokens.ROUTER_ROUTES, names.routes(plan.id)), {"routerId": Ref(key), "routes": routes})
