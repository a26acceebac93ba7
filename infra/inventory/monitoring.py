"""What a monitor must be told: role `monitoring`."""

from __future__ import annotations

from typing import Any

from infra.blueprint.planned import HostPlan
from infra.blueprint.types import Blueprint, SitePlan
from infra.inventory.access import Reach
from infra.monitoring.census import census
from infra.monitoring.routes import routes
from infra.monitoring.rules import FEDERATED, rules, span
from infra.monitoring.targets import JOBS, targets

_INTERVAL = 30
"""Seconds between two questions."""
_CENSUS = 3600
"""Seconds between two censuses."""


def monitoring(blueprint: Blueprint, site: SitePlan, row: HostPlan, reach: Reach) -> dict[str, Any]:
    """Where it answers, whom it watches, what is an alarm, and whom it tells."""
    asked = targets(blueprint, site, row)
    return {
        "monitoring_site": site.id,
        "monitoring_address": row.addresses.v4,
        "monitoring_interval": span(_INTERVAL, reach.pace),
        "monitoring_targets": {
            job: [{"targets": [one.address], "labels": dict(one.labels)} for one in asked if one.job == job]
            for job in JOBS
        },
        "monitoring_federated": list(FEDERATED),
        "monitoring_rules": rules(blueprint, site, reach.pace),
        "monitoring_routes": routes(site, reach.pace),
        "monitoring_census": census(blueprint, site),
        "monitoring_census_interval": span(_CENSUS, reach.pace),
    }
