"""The certificates of made machines: who holds which, and where their files stand here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.blueprint.planned import HostPlan
from infra.blueprint.types import Blueprint
from infra.inventory.access import made


@dataclass(frozen=True, slots=True)
class Holder:
    """A machine as its certificate says it: `name` is `<machine>.<site>`, `addresses` are its planned ones."""

    name: str
    addresses: Sequence[str]


def authority_file(home: Path, site: str) -> Path:
    """The certificate of a site's authority, which everybody may have."""
    return home / site / "authority.pem"


def certificate_files(home: Path, site: str, machine: str) -> tuple[Path, Path]:
    """The certificate of a machine, and its key."""
    folder = home / site / "certificates"
    return folder / f"{machine}.pem", folder / f"{machine}.key"


def certificate_name(row: HostPlan) -> str:
    """What a machine is called where certificates are asked for: below its site, for which alone the site's authority can speak."""
    return f"{row.id}.{row.site}"


def holders(blueprint: Blueprint) -> Mapping[str, Mapping[str, Holder]]:
    """Site → machine → what its certificate says."""
    found: dict[str, dict[str, Holder]] = defaultdict(dict)
    for site, row in made(blueprint):
        addresses = [one for leg in row.legs for one in (leg.addresses.v4, leg.addresses.v6)]
        found[site.id][row.name] = Holder(certificate_name(row), addresses)
    return found


def certified(row: HostPlan, home: Path) -> dict[str, Any]:
    """What every machine must be told to have its certificate."""
    certificate, key = certificate_files(home, row.site, row.name)
    return {
        "base_certificate_file": str(certificate),
        "base_certificate_key_file": str(key),
        "base_authority_file": str(authority_file(home, row.site)),
    }
