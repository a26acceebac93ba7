"""What a gateway of the exchange zone must be told: role `exchange`."""

from __future__ import annotations

from typing import Any

from infra.blueprint.planned import HostPlan
from infra.blueprint.types import SitePlan
from infra.model.enums import ZoneKind

EXCHANGE_PORT = 8443
"""TCP port of flow `front_to_exchange`."""
INSIDE_PORT = 8080
"""TCP port of flow `exchange_to_back`."""
TRIAL = "trial"
"""The service behind which a verification answers: it stands on the probe of the public zone."""


def exchange(site: SitePlan, row: HostPlan) -> dict[str, Any]:
    """The gateway serves the front zone, and the inside services that are made; the trial stands for them in a verification."""
    front = next(zone for zone in site.zones if zone.kind is ZoneKind.INTERNET_ACCESS)
    inside = next(zone for zone in site.zones if zone.kind is ZoneKind.PUBLIC_SHARED)
    return {
        "exchange_address": row.addresses.v4,
        "exchange_port": EXCHANGE_PORT,
        "exchange_sources": [front.hosts.v4],
        "exchange_services": [{"name": TRIAL, "address": inside.probe.addresses.v4, "port": INSIDE_PORT}],
    }
