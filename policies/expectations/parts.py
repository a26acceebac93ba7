"""Parts that several layers have: networks with subnets, legs, security groups, shares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from infra import names
from infra.blueprint.types import (
    IpVersion,
    LegPlan,
    NetworkPlan,
    Pair,
    RulePlan,
    SecurityGroupPlan,
    SharePlan,
    SubnetPlan,
)
from policies.expectations import tokens
from policies.expected import Expected, Ext, Key, Ref, Reference, Value

SWITCHED_ON: dict[str, Value] = {"adminStateUp": True, "portSecurityEnabled": True}
"""Every network, and every port of a machine: a port without security is one that no group guards."""


def network(plan: NetworkPlan, pools: dict[str, Reference]) -> Iterator[Expected]:
    """A network and its subnets; of a network that layer cloud makes, the subnets alone. `pools`: subnet pools by id."""
    if not plan.made_by_cloud:
        yield Expected(Key(tokens.NETWORK, plan.id), {"name": plan.name, **SWITCHED_ON})
    for subnet in plan.subnets:
        yield Expected(Key(tokens.SUBNET, subnet.id), _subnet(subnet, network_id(plan), pools))


def network_id(plan: NetworkPlan) -> Reference:
    """The id of a network: of this stack, or of layer cloud."""
    return Ext("cloud", plan.id) if plan.made_by_cloud else Ref(Key(tokens.NETWORK, plan.id))


def _subnet(plan: SubnetPlan, network_ref: Reference, pools: dict[str, Reference]) -> dict[str, Value]:
    inputs: dict[str, Value] = {
        "name": plan.name,
        "networkId": network_ref,
        "ipVersion": plan.version,
        "cidr": plan.cidr,
        "enableDhcp": plan.dhcp,
    }
    if plan.gateway:
        inputs["gatewayIp"] = plan.gateway
    else:
        inputs["noGateway"] = True
    if plan.allocation:
        inputs["allocationPools"] = [{"start": start, "end": end} for start, end in plan.allocation]
    if plan.pool_id:
        inputs["subnetpoolId"] = pools[plan.pool_id]
    if plan.version == 6 and plan.dhcp:
        inputs["ipv6AddressMode"] = inputs["ipv6RaMode"] = "dhcpv6-stateful"
    return inputs


def fixed_ips(plan: NetworkPlan, addresses: Pair) -> list[Value]:
    """The planned addresses of a port, each in the subnet of its IP version."""
    by_version: dict[IpVersion, SubnetPlan] = {subnet.version: subnet for subnet in plan.subnets}
    return [
        {"subnetId": Ref(Key(tokens.SUBNET, subnet.id)), "ipAddress": addresses.of(version)}
        for version, subnet in by_version.items()
    ]


def leg(plan: LegPlan, in_network: NetworkPlan, router: Reference) -> Iterator[Expected]:
    """A router's port and its attachment."""
    port = Key(tokens.PORT, plan.id)
    yield Expected(
        port,
        {
            "name": plan.name,
            "networkId": network_id(in_network),
            "fixedIps": fixed_ips(in_network, plan.addresses),
            "noSecurityGroups": True,
            "adminStateUp": True,
        },
    )
    yield Expected(Key(tokens.ROUTER_INTERFACE, names.interface(plan.id)), {"routerId": router, "portId": Ref(port)})


def group(plan: SecurityGroupPlan) -> Iterator[Expected]:
    """A security group that starts empty, and its rules."""
    key = Key(tokens.SECURITY_GROUP, plan.id)
    yield Expected(key, {"name": plan.name, "description": plan.description, "deleteDefaultRules": True})
    yield from rules(plan.rules, Ref(key))


def rules(plans: Iterable[RulePlan], of_group: Reference) -> Iterator[Expected]:
    """Security-group rules of one group."""
    for plan in plans:
        inputs: dict[str, Value] = {
            "securityGroupId": of_group,
            "direction": plan.direction,
            "ethertype": f"IPv{plan.version}",
            "protocol": plan.protocol,
            "remoteIpPrefix": plan.remote,
        }
        if (plan.port_min, plan.port_max) != (0, 0):
            inputs |= {"portRangeMin": plan.port_min, "portRangeMax": plan.port_max}
        yield Expected(Key(tokens.SECURITY_GROUP_RULE, plan.id), inputs)


SHARED_TYPES = {"network": tokens.NETWORK, "security_group": tokens.SECURITY_GROUP}


def share(plan: SharePlan) -> Expected:
    """A share with exactly one project; `*` is nowhere in a blueprint."""
    return Expected(
        Key(tokens.RBAC_POLICY, plan.id),
        {
            "action": "access_as_shared",
            "objectType": plan.object_type,
            "objectId": Ref(Key(SHARED_TYPES[plan.object_type], plan.object_id)),
            "targetTenant": Ext("cloud", plan.project_id),
        },
    )
