"""Layer platform: the machines' groups, the bastion's port, and of every machine its ports and the machine itself."""

from __future__ import annotations

from collections.abc import Iterator

from infra.blueprint.types import IpVersion, MachinePlan, PortPlan, SitePlan, SubnetPlan, ZonePlan
from policies.expectations import parts, tokens
from policies.expected import Expected, Ext, Key, Password, Ref, Reference, Value


def expected(site: SitePlan) -> Iterator[Expected]:
    plan = site.platform
    if plan is None:
        return
    yield Expected(Key(tokens.KEYPAIR, plan.keypair_id), {"name": plan.keypair_name, "publicKey": Password()})
    for group in plan.groups:
        yield from parts.group(group)
    zones = {zone.network.id: zone for zone in site.zones}
    own = {group.id for group in plan.groups}
    yield _port(plan.bastion, zones[plan.bastion.network_id], own)
    for machine in plan.machines:
        for port in machine.ports:
            yield _port(port, zones[port.network_id], own)
        yield _machine(machine, plan.keypair_name)


def _port(plan: PortPlan, zone: ZonePlan, own: set[str]) -> Expected:
    """A port in a network of layer network, guarded by groups of that layer and of this one."""
    subnets: dict[IpVersion, SubnetPlan] = {subnet.version: subnet for subnet in zone.network.subnets}
    fixed: list[Value] = [
        {"subnetId": Ext("network", subnet.id), "ipAddress": plan.addresses.of(version)}
        for version, subnet in subnets.items()
    ]
    groups: list[Reference] = [
        Ref(Key(tokens.SECURITY_GROUP, group)) if group in own else Ext("network", group) for group in plan.group_ids
    ]
    return Expected(
        Key(tokens.PORT, plan.id),
        {
            "name": plan.name,
            "networkId": Ext("network", plan.network_id),
            "fixedIps": fixed,
            "securityGroupIds": groups,
        },
    )


def _machine(plan: MachinePlan, keypair: str) -> Expected:
    """A machine stands on its planned ports and on nothing else; what it is told at birth holds its host key, so only that it is told."""
    return Expected(
        Key(tokens.INSTANCE, plan.id),
        {
            "name": plan.name,
            "flavorName": plan.flavor_name,
            "imageName": plan.image_name,
            "keyPair": keypair,
            "networks": [{"port": Ref(Key(tokens.PORT, port.id))} for port in plan.ports],
            "userData": Password(),
        },
    )
