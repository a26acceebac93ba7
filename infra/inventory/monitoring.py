"""What a monitor must be told: role `monitoring`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from infra.blueprint.planned import HostPlan
from infra.blueprint.types import SitePlan
from infra.inventory.access import address


def monitoring(site: SitePlan, row: HostPlan) -> dict[str, Any]:
    """Where it answers, and whom it watches."""
    return {"monitoring_address": row.addresses.v4, "monitoring_targets": list(_targets(site, row))}


def _targets(site: SitePlan, monitor: HostPlan) -> Iterator[dict[str, Any]]:
    """The made machines that this monitor watches; planned ones would only be alarms."""
    hosts = {row.id: row for row in site.hosts if row.realised}
    for target in site.targets:
        if target.watched_by == monitor.id and target.host_id in hosts:
            row = hosts[target.host_id]
            yield {"host": row.name, "address": address(site, row), "port": target.port}
