"""Security groups: they start empty, and permit what their rules say."""

from __future__ import annotations

from collections.abc import Iterable

import pulumi
from pulumi_openstack import networking

from infra.blueprint.types import RulePlan, SecurityGroupPlan

_ETHERTYPE = {4: "IPv4", 6: "IPv6"}


def make_group(plan: SecurityGroupPlan, opts: pulumi.ResourceOptions) -> networking.SecGroup:
    """The group and its rules; Neutron's own rules, which let everything out, are deleted."""
    group = networking.SecGroup(
        plan.id, name=plan.name, description=plan.description, delete_default_rules=True, opts=opts
    )
    make_rules(plan.rules, group.id, opts)
    return group


def make_rules(plans: Iterable[RulePlan], group: pulumi.Input[str], opts: pulumi.ResourceOptions) -> None:
    """Rules of one group."""
    for plan in plans:
        has_ports = plan.port_min != 0 or plan.port_max != 0
        networking.SecGroupRule(
            plan.id,
            security_group_id=group,
            direction=plan.direction,
            ethertype=_ETHERTYPE[plan.version],
            protocol=plan.protocol,
            port_range_min=plan.port_min if has_ports else None,
            port_range_max=plan.port_max if has_ports else None,
            remote_ip_prefix=plan.remote,
            opts=opts,
        )
