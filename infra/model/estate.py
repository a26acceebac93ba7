"""The estate as a whole: everything declared, and where each thing is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from infra.findings import Where
from infra.model.access import County, Unit
from infra.model.backbone import Backbone
from infra.model.catalogue import Catalogue
from infra.model.department import Department
from infra.model.drill import Drill
from infra.model.enums import ZoneKind
from infra.model.facility import Facilities
from infra.model.flow import Flow
from infra.model.governance import AnnualPlan, Approval, Project, Waiver
from infra.model.ledger import Ledger
from infra.model.legacy import LegacyLock, LegacyNetwork
from infra.model.operations import Duty, Exercise, Offer, Playbook
from infra.model.pool import Pools
from infra.model.product import Products
from infra.model.province import Authority, Province, SiteEntry
from infra.model.service import Machines, Service
from infra.model.site import Site
from infra.model.tenant import Tenant
from infra.model.zone import Vpn, Zone


class Locator(Protocol):
    """Knows where declared things are written."""

    def where(self, reference: str, field: str = "") -> Where: ...

    def references(self) -> list[str]: ...

    def seal(self, reference: str) -> str | None: ...

    def citing(self, reference: str) -> list[str]: ...


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
    facilities: Facilities = field(default_factory=Facilities)
    drills: tuple[Drill, ...] = ()
    exercises: tuple[Exercise, ...] = ()

    @property
    def id(self) -> str:
        return self.entry.id

    def zone(self, zone_id: str) -> Zone | None:
        """The site's zone with this id."""
        return next((zone for zone in self.zones if zone.id == zone_id), None)

    def zone_for(self, service: Service, kind: ZoneKind) -> Zone | None:
        """Where machines of a service stand: in the service's VPN instance if it has one of this kind, else in the common zone."""
        of_kind = [zone for zone in self.zones if zone.kind is kind]
        own = next((zone for zone in of_kind if zone.id == f"vpn_{service.vpn}"), None)
        return own or next((zone for zone in of_kind if not zone.vpn), None)


@dataclass(frozen=True, slots=True)
class Estate:
    """Everything declared that could be read. A site whose own files are unsound is not in `sites`.

    References are `<sort>:<id>`: `site:suqian`, `zone:suqian/public_shared`, `flow:…`, `tenant:…`, `legacy:…`, `department:…`,
    `approval:…`, `waiver:…`, `plan:…`, `project:…`, `catalogue:…`, `item:…`, `product:…`, `vpn:…`, `county:…`,
    `unit:<site>/<department>`, `drill:<site>/<id>`, `service:…`, `node:…`, `trunk:…`, `ring:…`,
    `room:…`, `cloud:…`, `platform:…`, `website:…`, `line:…`, `endpoint:…`, `application:…`,
    `post:…`, `pattern:…`, `duty:<site>`, `offer:…`, `playbook:…`, `exercise:<site>/<id>`,
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
    projects: Mapping[str, Project] = field(default_factory=dict)
    catalogues: Mapping[str, Catalogue] = field(default_factory=dict)
    products: Products | None = None
    duty: Duty | None = None
    offers: tuple[Offer, ...] = ()
    playbooks: tuple[Playbook, ...] = ()

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

    def citing(self, reference: str) -> list[str]:
        """The declared things that name this one, sorted. `KeyError` for an unknown reference."""
        return self.locator.citing(reference)

    def site_of(self, reference: str) -> str | None:
        """The site that a declared thing belongs to; none for what all sites share. `KeyError` for an unknown reference."""
        sort, _, identity = reference.partition(":")
        if sort in ("zone", "lock"):
            return identity.partition("/")[0]  # declared in a shared file, but of one site
        folder, _, rest = self.where(reference).file.partition("/")
        return rest.partition("/")[0] if folder == "sites" else None

    def authority(self, authority_id: str) -> Authority | None:
        return next((row for row in self.province.authorities if row.id == authority_id), None)

    def services_at(self, site: SiteEstate) -> Iterator[Service]:
        """The services of a site's level, by id; one that lives in a VPN instance only where that instance is opened."""
        opened = {vpn.id for vpn in self.vpns if site.id in vpn.opened}
        for row in sorted(self.services, key=lambda row: row.id):
            if site.entry.level in row.levels and (row.vpn is None or row.vpn in opened):
                yield row

    def machines_at(self, site: SiteEstate) -> Iterator[tuple[Service, Machines, tuple[Zone, ...]]]:
        """The machines of a site and the zones they stand in, the main one first; none where a site does without one of the zones."""
        for service in self.services_at(site):
            for group in service.machines:
                zones = [site.zone_for(service, kind) for kind in (group.zone, *group.also)]
                present = tuple(zone for zone in zones if zone is not None)
                if len(present) == len(zones):
                    yield service, group, present

    def department(self, department_id: str) -> Department | None:
        return next((row for row in self.departments if row.id == department_id), None)
