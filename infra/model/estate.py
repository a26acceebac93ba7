"""The estate as a whole: everything declared, and where each thing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from infra.findings import Where
from infra.model.access import County, Unit
from infra.model.backbone import Backbone
from infra.model.department import Department
from infra.model.flow import Flow
from infra.model.governance import AnnualPlan, Approval, Waiver
from infra.model.ledger import Ledger
from infra.model.legacy import LegacyLock, LegacyNetwork
from infra.model.pool import Pools
from infra.model.province import Authority, Province, SiteEntry
from infra.model.service import Service
from infra.model.site import Site
from infra.model.tenant import Tenant
from infra.model.zone import Vpn, Zone


class Locator(Protocol):
    """Knows where declared things are written."""

    def where(self, reference: str, field: str = "") -> Where: ...

    def references(self) -> list[str]: ...

    def seal(self, reference: str) -> str | None: ...


@dataclass(frozen=True, slots=True)
class SiteEstate:
    """One site: its row in the register, what it says of itself, its tenants, its legacy networks and its addresses."""

    entry: SiteEntry
    site: Site
    zones: tuple[Zone, ...]
    tenants: tuple[Tenant, ...]
    legacy: tuple[LegacyNetwork, ...]
    ledger: Ledger
    counties: tuple[County, ...] = ()
    units: tuple[Unit, ...] = ()

    @property
    def id(self) -> str:
        return self.entry.id

    def zone(self, zone_id: str) -> Zone | None:
        """The site's zone with this id."""
        return next((zone for zone in self.zones if zone.id == zone_id), None)


@dataclass(frozen=True, slots=True)
class Estate:
    """Everything declared that could be read. A site whose own files are unsound is not in `sites`.

    References are `<sort>:<id>`: `site:suqian`, `zone:suqian/public_shared`, `flow:…`, `tenant:…`, `legacy:…`, `department:…`,
    `approval:…`, `waiver:…`, `plan:…`, `vpn:…`, `county:…`, `unit:<site>/<department>`, `service:…`, `node:…`, `trunk:…`, `ring:…`,
    `lock:<site>`, `ledger:<site>`, `pool:<kind>`, `province:<id>`.
    """

    province: Province
    zones: tuple[Zone, ...]
    flows: tuple[Flow, ...]
    pools: Pools
    departments: tuple[Department, ...]
    sites: Mapping[str, SiteEstate]
    lock: LegacyLock
    approvals: Mapping[str, Approval]
    waivers: Mapping[str, Waiver]
    locator: Locator
    vpns: tuple[Vpn, ...] = ()
    backbone: Backbone | None = None
    services: tuple[Service, ...] = ()
    plans: Mapping[str, AnnualPlan] = field(default_factory=dict)

    def where(self, reference: str, field: str = "") -> Where:
        """File, line and field of a declared thing; `field` is dotted and may be empty. `KeyError` for an unknown reference."""
        return self.locator.where(reference, field)

    def references(self) -> list[str]:
        """Everything that `where` knows, sorted."""
        return self.locator.references()

    def seal(self, reference: str) -> str | None:
        """SHA-256 of a declared thing as it stands, whatever its layout and comments; none when its file is unsound.

        `KeyError` for an unknown reference.
        """
        return self.locator.seal(reference)

    def site_of(self, reference: str) -> str | None:
        """The site that a declared thing belongs to; none for what all sites share. `KeyError` for an unknown reference."""
        sort, _, identity = reference.partition(":")
        if sort in ("zone", "lock"):
            return identity.partition("/")[0]  # declared in a shared file, but of one site
        folder, _, rest = self.where(reference).file.partition("/")
        return rest.partition("/")[0] if folder == "sites" else None

    def authority(self, authority_id: str) -> Authority | None:
        return next((row for row in self.province.authorities if row.id == authority_id), None)

    def department(self, department_id: str) -> Department | None:
        return next((row for row in self.departments if row.id == department_id), None)
