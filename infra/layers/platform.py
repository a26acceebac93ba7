"""Layer platform, with the operator's credential: the site's own machines at their planned addresses, and the bastion's port."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
from pulumi_openstack import compute, networking

from infra.blueprint.types import MachinePlan, NetworkPlan, PortPlan, SitePlan
from infra.layers import secret
from infra.layers.refs import Refs
from infra.layers.security import make_group
from infra.layers.segments import Segment, fixed_ips


def declare(site: SitePlan, refs: Refs) -> None:
    """Everything of the layer; nothing where no machine is made."""
    if site.platform is None:
        return
    plan, opts = site.platform, pulumi.ResourceOptions()
    key = compute.Keypair(plan.keypair_id, name=plan.keypair_name, public_key=secret.operator_key(site.id))
    segments = {zone.network.id: _segment(zone.network, refs) for zone in site.zones}
    groups: dict[str, pulumi.Input[str]] = {group.id: make_group(group, opts).id for group in plan.groups}
    groups |= {zone.group.id: refs.of("network", zone.group.id) for zone in site.zones}
    make_port(plan.bastion, segments, groups, opts)
    for machine in plan.machines:
        Machine(site.id, machine, key.name, segments, groups)


class Machine(pulumi.ComponentResource):
    """A machine with its ports. It has known the secret half of its SSH host key from birth, so nobody must trust it at first sight."""

    def __init__(
        self,
        site: str,
        plan: MachinePlan,
        key: pulumi.Input[str],
        segments: Mapping[str, Segment],
        groups: Mapping[str, pulumi.Input[str]],
    ) -> None:
        super().__init__("govnet:platform:Machine", plan.id)
        opts = pulumi.ResourceOptions(parent=self)
        ports = [make_port(port, segments, groups, opts) for port in plan.ports]
        compute.Instance(
            plan.id,
            name=plan.name,
            flavor_name=plan.flavor_name,
            image_name=plan.image_name,
            key_pair=key,
            networks=[compute.InstanceNetworkArgs(port=port.id) for port in ports],
            user_data=secret.birth_data(site, plan.name),
            opts=opts,
        )
        self.register_outputs({})


def make_port(
    plan: PortPlan,
    segments: Mapping[str, Segment],
    groups: Mapping[str, pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
) -> networking.Port:
    """A port at planned addresses."""
    segment = segments[plan.network_id]
    return networking.Port(
        plan.id,
        name=plan.name,
        network_id=segment.network,
        fixed_ips=fixed_ips(plan.addresses, segment),
        security_group_ids=[groups[group] for group in plan.group_ids],
        opts=opts,
    )


def _segment(plan: NetworkPlan, refs: Refs) -> Segment:
    """A network of layer network."""
    return Segment(
        refs.of("network", plan.id), {subnet.version: refs.of("network", subnet.id) for subnet in plan.subnets}
    )
