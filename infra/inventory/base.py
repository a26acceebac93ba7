"""What every machine must be told, whatever it is for: role `base`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from infra.blueprint.planned import HostPlan
from infra.blueprint.platform import PACKAGES
from infra.blueprint.types import SitePlan
from infra.inventory.access import Reach
from infra.model.enums import Capability


def base(site: SitePlan, row: HostPlan, reach: Reach) -> dict[str, Any]:
    """Packages, time, keys, legs and the firewall."""
    assert site.platform is not None
    servers = [host for host in site.hosts if host.capability == Capability.TIME]
    return {
        "base_packages_url": f"http://{site.platform.bastion.addresses.v4}:{PACKAGES}",
        "base_time_servers": [host.addresses.v4 for host in servers],
        "base_operator_key_file": str(reach.keys / site.id / "operator.pub"),
        "base_legs": [{"v4": leg.addresses.v4, "v6": leg.addresses.v6} for leg in row.legs],
        "base_rules": list(_rules(site, row)),
    }


def _rules(site: SitePlan, row: HostPlan) -> Iterator[dict[str, Any]]:
    """The rules of all groups of a machine's ports, each meaning once."""
    assert site.platform is not None
    plan = next(machine for machine in site.platform.machines if machine.id == row.id)
    groups = {group.id: group for group in (*site.platform.groups, *(zone.group for zone in site.zones))}
    rules = {
        (rule.direction, rule.version, rule.protocol, rule.port_min, rule.port_max, rule.remote)
        for port in plan.ports
        for group in port.group_ids
        for rule in groups[group].rules
    }
    for direction, version, protocol, low, high, remote in sorted(rules):
        yield {
            "direction": direction,
            "version": version,
            "protocol": protocol,
            "port_min": low,
            "port_max": high,
            "remote": remote,
        }
