"""Networks with their subnets, router legs, and ports at planned addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_openstack import networking

from infra import names
from infra.blueprint.types import IpVersion, LegPlan, NetworkPlan, Pair, ProbePlan, SubnetPlan

Inputs = Mapping[str, pulumi.Input[str]]


@dataclass(frozen=True, slots=True)
class Segment:
    """A network that ports can be made in: its id and the ids of its subnets by IP version."""

    network: pulumi.Input[str]
    subnets: Mapping[IpVersion, pulumi.Input[str]]


def make_segment(
    plan: NetworkPlan, made_by_cloud: pulumi.Input[str] | None, pools: Inputs, opts: pulumi.ResourceOptions
) -> Segment:
    """The network and its subnets; `made_by_cloud` is the id of a network that layer cloud has made, which then gets subnets only."""
    network = _make_network(plan, opts).id if made_by_cloud is None else made_by_cloud
    return Segment(network, {subnet.version: _make_subnet(subnet, network, pools, opts).id for subnet in plan.subnets})


def _make_network(plan: NetworkPlan, opts: pulumi.ResourceOptions) -> networking.Network:
    # Said although it is Neutron's default: what is not said is not put right by a refresh.
    return networking.Network(plan.id, name=plan.name, admin_state_up=True, port_security_enabled=True, opts=opts)


def _make_subnet(
    plan: SubnetPlan, network: pulumi.Input[str], pools: Inputs, opts: pulumi.ResourceOptions
) -> networking.Subnet:
    # Stateful DHCPv6 hands out the planned address and nothing else; with no DHCP the modes must be absent.
    mode = "dhcpv6-stateful" if plan.version == 6 and plan.dhcp else None
    return networking.Subnet(
        plan.id,
        name=plan.name,
        network_id=network,
        ip_version=plan.version,
        cidr=plan.cidr,
        enable_dhcp=plan.dhcp,
        gateway_ip=plan.gateway or None,
        no_gateway=None if plan.gateway else True,
        allocation_pools=[networking.SubnetAllocationPoolArgs(start=start, end=end) for start, end in plan.allocation]
        or None,
        subnetpool_id=pools[plan.pool_id] if plan.pool_id else None,
        ipv6_address_mode=mode,
        ipv6_ra_mode=mode,
        opts=opts,
    )


def make_leg(
    plan: LegPlan, router: pulumi.Input[str], segment: Segment, opts: pulumi.ResourceOptions
) -> networking.RouterInterface:
    """A router's port in a network. No security group: Neutron does not filter router ports, and the default group must be nowhere."""
    port = networking.Port(
        plan.id,
        name=plan.name,
        network_id=segment.network,
        fixed_ips=fixed_ips(plan.addresses, segment),
        no_security_groups=True,
        admin_state_up=True,
        opts=opts,
    )
    return networking.RouterInterface(names.interface(plan.id), router_id=router, port_id=port.id, opts=opts)


def make_probe(
    plan: ProbePlan, segment: Segment, group: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> networking.Port:
    """The port from which and to which verification sends packets, guarded like any machine of its zone."""
    return networking.Port(
        plan.id,
        name=plan.name,
        network_id=segment.network,
        fixed_ips=fixed_ips(plan.addresses, segment),
        security_group_ids=[group],
        admin_state_up=True,
        port_security_enabled=True,
        opts=opts,
    )


def fixed_ips(addresses: Pair, segment: Segment) -> list[networking.PortFixedIpArgs]:
    """The planned addresses of a port, each in the subnet of its IP version."""
    return [
        networking.PortFixedIpArgs(subnet_id=subnet, ip_address=addresses.of(version))
        for version, subnet in sorted(segment.subnets.items())
    ]
