"""Ansible's inventory out of the blueprint: the machines that are made, grouped by capability and site, with what each role must be told.

Pure: where keys are and how a machine is reached from here is given by the caller (`Reach`), because that differs from place to place.
What a capability's role must be told stands in the module of its name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from infra.backups.sent import Sent, sent
from infra.blueprint.planned import HostPlan
from infra.blueprint.types import Blueprint, SitePlan
from infra.inventory.access import Reach, access, made
from infra.inventory.antivirus import antivirus, scanned
from infra.inventory.backup import backup, client
from infra.inventory.base import base
from infra.inventory.certificates import certified
from infra.inventory.database import database
from infra.inventory.exchange import exchange
from infra.inventory.logging import keeps, sends
from infra.inventory.monitoring import monitoring
from infra.model.enums import Capability

KEEPS_DATA = "keeps_data"
"""Group of the machines that send copies to their site's backup machine."""

SCANNED = "scanned"
"""Group of the machines that take virus signatures from their site's mirror."""


def site_group(site: str) -> str:
    """The group of a site's machines."""
    return f"site_{site}"


def inventory(blueprint: Blueprint, reach: Reach) -> dict[str, Any]:
    """What `ansible-inventory --list` shows."""
    groups: dict[str, list[str]] = defaultdict(list)
    variables: dict[str, dict[str, Any]] = {}
    copies = tuple(sent(made(blueprint)))
    for site, row in made(blueprint):
        variables[row.name] = (
            access(site, row, reach) | base(site, row, reach) | _capability(blueprint, site, row, reach, copies)
        )
        variables[row.name] |= certified(row, reach.keys) | sends(site, row)
        if row.capability == Capability.LOGGING:
            variables[row.name] |= keeps(blueprint, site, row, reach)
        groups[row.capability].append(row.name)
        groups[site_group(site.id)].append(row.name)
        if any(copy.source == row for copy in copies):
            groups[KEEPS_DATA].append(row.name)
        if scanned(site, row):
            groups[SCANNED].append(row.name)
    return {"_meta": {"hostvars": variables}} | {name: {"hosts": sorted(rows)} for name, rows in sorted(groups.items())}


def _capability(
    blueprint: Blueprint, site: SitePlan, row: HostPlan, reach: Reach, copies: Sequence[Sent]
) -> dict[str, Any]:
    variables = client(row, reach, copies) | scanned(site, row)
    match Capability(row.capability):
        case Capability.BACKUP:
            variables |= backup(site, row, reach, copies)
        case Capability.MONITORING:
            variables |= monitoring(blueprint, site, row, reach)
        case Capability.ANTIVIRUS:
            variables |= antivirus(row)
        case Capability.EXCHANGE:
            variables |= exchange(site, row)
        case Capability.DATABASE:
            variables |= database(site, row, reach, base(site, row, reach)["base_rules"])
    return variables
