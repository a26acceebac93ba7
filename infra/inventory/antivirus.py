"""What signature mirrors and the machines they feed must be told: roles `antivirus` and `antivirus_client`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from infra.blueprint.planned import HostPlan
from infra.blueprint.types import Blueprint, SitePlan
from infra.inventory.access import made
from infra.model.enums import Capability, Protection

SIGNATURES_PORT = 3143
"""TCP port of flow `signatures`."""


def antivirus(row: HostPlan) -> dict[str, Any]:
    """Where a mirror serves what it publishes."""
    return {"antivirus_address": row.addresses.v4, "antivirus_port": SIGNATURES_PORT}


def scanned(site: SitePlan, row: HostPlan) -> dict[str, Any]:
    """From whom a machine takes signatures, if it is to be looked through. The flow ends at the site: another site's mirror is out of reach."""
    mirror = next((host for host in site.hosts if host.realised and host.capability == Capability.ANTIVIRUS), None)
    if mirror is None or Protection.ANTIVIRUS not in row.protection:
        return {}
    return {"antivirus_client_mirror": f"{mirror.addresses.v4}:{SIGNATURES_PORT}"}


def waiting(blueprint: Blueprint) -> Iterator[str]:
    """The made machines that are to be looked through, and are not yet: nobody made their site's mirror."""
    yield from (
        row.name for site, row in made(blueprint) if Protection.ANTIVIRUS in row.protection and not scanned(site, row)
    )
