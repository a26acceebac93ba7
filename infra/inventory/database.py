"""What a database machine must be told: role `database`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from infra.blueprint.planned import HostPlan
from infra.blueprint.types import Blueprint, SitePlan
from infra.inventory.access import Reach, made, secret
from infra.model.enums import Capability

DATABASE_PORT = 5432
"""TCP port of PostgreSQL. Who is to reach it needs a flow; without one there is only the machine's own socket."""
ARCHIVE_MINUTES = 60
"""How long changes wait at most until they are in the repository of the machine itself."""


def ciphers(blueprint: Blueprint, home: Path) -> Iterator[Path]:
    """The files with the passwords of all databases' own repositories."""
    for site, row in made(blueprint):
        if row.capability == Capability.DATABASE:
            yield cipher(home, site.id, row.name)


def cipher(home: Path, site: str, machine: str) -> Path:
    """The password of a machine's own repository: inside the one that its site's backup machine keeps, there is ciphertext again."""
    return secret(home, site, f"{machine}-cipher")


def database(site: SitePlan, row: HostPlan, reach: Reach, rules: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Whose database it is, who may reach it, and how its log is archived. `rules`: of the machine's firewall."""
    job = next(job for job in site.backups if job.source == row.id)
    home = next(copy for copy in job.copies if copy.site == site.id)
    return {
        "database_name": row.service,
        "database_address": row.addresses.v4,
        "database_sources": sorted(rule["remote"] for rule in rules if _leads_in(rule)),
        "database_cipher_file": str(cipher(reach.keys, site.id, row.name)),
        # Within the RPO twice the log goes away with a copy, which closes it; this is for who returns to a moment in between.
        "database_archive_minutes": max(1, min(ARCHIVE_MINUTES, job.rpo_minutes // 4)),
        "database_keep_days": home.keep_days,
    }


def _leads_in(rule: Mapping[str, Any]) -> bool:
    """Whether a rule lets somebody reach the database's port."""
    told = rule["direction"], rule["protocol"]
    return told == ("ingress", "tcp") and rule["port_min"] <= DATABASE_PORT <= rule["port_max"]
