"""Where somebody may answer and where nobody may: whom a monitor's census of its own site asks."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Any

from infra.blueprint.hosts import NODE_EXPORTER
from infra.blueprint.made import ops_zone
from infra.blueprint.types import Blueprint, SitePlan
from infra.monitoring.targets import SSH

FIRST, LAST = 11, 99
"""Numbers of machines in a zone's own network: after the probe, before what asks for any address."""


def census(blueprint: Blueprint, site: SitePlan) -> list[dict[str, Any]]:
    """Of every zone of the site: the addresses on which a machine could stand, those on which one does, the ports that flows let through."""
    known = {leg.addresses.v4 for row in site.hosts for leg in row.legs}
    rows = []
    for zone in site.zones:
        ends = (site.id, ops_zone(site)), (site.id, zone.id)
        permits = [row for row in blueprint.permits if (row.source, row.target) == ends]
        ports = [port for port in (SSH, NODE_EXPORTER) if any(row.port_min <= port <= row.port_max for row in permits)]
        if ports:
            start = IPv4Network(zone.hosts.v4)
            unknown = [str(start[number]) for number in range(FIRST, LAST + 1) if str(start[number]) not in known]
            rows.append({"zone": zone.id, "ports": ports, "addresses": unknown})
    return rows
