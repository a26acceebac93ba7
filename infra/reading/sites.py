"""The folder of one site: its own files, its tenants, its legacy networks. One unsound file does not hide the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from infra.codes import Code
from infra.findings import Finding, Where
from infra.model.access import Counties, County, Unit, Units
from infra.model.base import Model
from infra.model.drill import Drill, Drills
from infra.model.enums import Level, ZoneKind
from infra.model.estate import SiteEstate
from infra.model.facility import Facilities
from infra.model.ledger import Ledger
from infra.model.legacy import LegacyNetwork
from infra.model.operations import Exercise, Exercises
from infra.model.site import Site
from infra.model.tenant import Tenant
from infra.model.zone import Zone
from infra.reading import operations, structure
from infra.reading import references as check
from infra.reading.facilities import check_facilities
from infra.reading.nodes import Document
from infra.reading.shared import Shared, put
from infra.reading.words import nearest, validate

M = TypeVar("M", bound=Model)
Files = dict[str, list[Document]]


def read_sites(shared: Shared) -> dict[str, SiteEstate]:
    """Every sound site by id. Without a sound site.yaml and ledger.yaml it is missing; an unsound tenant is missing from its site."""
    folder, entries = shared.folder, shared.entries
    for name in sorted(set(entries) - set(folder.sites)):
        where = Where(f"sites/{name}/site.yaml")
        folder.findings.append(
            Finding(Code.FILE, where, "登记的站点没有文件夹", right="退出是状态，不是删文件", site=name)
        )
    sites: dict[str, SiteEstate] = {}
    for name, files in sorted(folder.sites.items()):
        if shared.province and name not in entries:
            where, right = Where(f"sites/{name}"), nearest(name, entries)
            message = "province.yaml 没有登记这个站点"
            folder.findings.append(Finding(Code.REFERENCE, where, message, wrong=name, right=right, site=name))
        found = _Site(shared, name, files).read()
        if found is not None:
            sites[name] = found
    return sites


class _Site:
    def __init__(self, shared: Shared, name: str, files: Files) -> None:
        self.shared = shared
        self.name = name
        self.files = files

    def read(self) -> SiteEstate | None:
        site = self._own("site.yaml", Site)
        if site is None and "site.yaml" not in self.files:
            where = Where(f"sites/{self.name}/site.yaml")
            missing = Finding(Code.FILE, where, "缺少文件", right="见 schema/site.json", site=self.name)
            self.shared.folder.findings.append(missing)
        ledger = self._ledger()
        zones = self._zones(site)
        public = any(zone.kind is ZoneKind.PUBLIC_SHARED for zone in zones)
        counties, units = self._counties(public), self._units(public)
        tenants = self._each("tenants", Tenant, "tenant", lambda doc, row: self._check_tenant(doc, row, zones))
        legacy = self._each("legacy", LegacyNetwork, "legacy", self._check_legacy)
        facilities = self._facilities()
        drills = self._drills({row.id for row in tenants})
        exercises = self._exercises(site)
        entry = self.shared.entries.get(self.name)
        own = [row for name in ("site.yaml", "ledger.yaml") for row in self.files.get(name, [])]
        if site is None or ledger is None or entry is None or any(document.findings for document in own):
            return None  # what else there is may be unsound: nobody's way depends on them
        return SiteEstate(
            entry, site, zones, tuple(tenants), tuple(legacy), ledger, counties, units, facilities, drills, exercises
        )

    # --- the site's own files -----------------------------------------------------------------------------------------
    def _own(self, file: str, model: type[M]) -> M | None:
        found = self.files.get(file)
        return validate(model, found[0]) if found else None

    def _ledger(self) -> Ledger | None:
        """A site without a ledger has handed out nothing yet; what is missing then is said when addresses are looked up."""
        if "ledger.yaml" not in self.files:
            return Ledger(site=self.name, sections={})
        document = self.files["ledger.yaml"][0]
        ledger = validate(Ledger, document)
        self.shared.index.put(f"ledger:{self.name}", document)
        if ledger is not None and ledger.site != self.name:
            document.add(Code.REFERENCE, ("site",), "台账属于别的站点", wrong=ledger.site, right=self.name)
        return ledger

    def _zones(self, site: Site | None) -> tuple[Zone, ...]:
        """The site's zones under the site's names. All that the province gives, when the site's own file is unsound."""
        index, given = self.shared.index, self.shared.zones_of(self.name)
        for reference, zone in given.items():
            document, path = index.place(reference)
            index.put(f"zone:{self.name}/{zone.id}", document, path)
        standard = tuple(given.values())
        if site is None:
            return standard
        document = self.files["site.yaml"][0]
        index.put(f"site:{self.name}", document)
        if self.shared.zones and self.shared.vpns and self.shared.province:
            known = self.shared.entries, self.shared.approvals
            check.check_site(document, site, self.name, standard, *known)
            structure.check_own_zones(document, site, standard)
        for number, zone in enumerate(site.own_zones):
            index.put(f"zone:{self.name}/{zone.id}", document, ("own_zones", number))
        without = {row.zone for row in site.without}
        titles = {row.zone: row.title for row in site.renamed}
        kept = [zone for zone in standard if zone.id not in without]
        renamed = [zone.model_copy(update={"title": titles[zone.id]}) if zone.id in titles else zone for zone in kept]
        return (*renamed, *site.own_zones)

    def _counties(self, public: bool) -> tuple[County, ...]:
        found = self._own("counties.yaml", Counties)
        if found is None:
            return ()
        document = self.files["counties.yaml"][0]
        structure.check_counties(document, found.counties, self.shared.entries.get(self.name))
        structure.check_public(document, "counties", public or not self.shared.zones)
        for number, row in enumerate(found.counties):
            self.shared.index.put(f"county:{row.id}", document, ("counties", number))
        return found.counties if not document.findings else ()

    def _units(self, public: bool) -> tuple[Unit, ...]:
        found = self._own("access.yaml", Units)
        if found is None:
            return ()
        document = self.files["access.yaml"][0]
        if self.shared.departments:
            structure.check_units(document, found.units, self.shared.units)
        structure.check_public(document, "units", public or not self.shared.zones)
        for number, row in enumerate(found.units):
            self.shared.index.put(f"unit:{self.name}/{row.department}", document, ("units", number))
        return found.units if not document.findings else ()

    def _facilities(self) -> Facilities:
        found = self._own("facilities.yaml", Facilities)
        if found is None:
            return Facilities()
        document, shared = self.files["facilities.yaml"][0], self.shared
        for base, (sort, rows) in found.sorts().items():
            for number, row in enumerate(rows):
                shared.index.put(f"{sort}:{row.id}", document, (base, number))
        broken = any(tenant.findings for tenant in self.files.get("tenants", []))
        known = [row.removeprefix("tenant:") for row in shared.index.references() if row.startswith("tenant:")]
        services = [row.id for row in shared.services.services] if shared.services else None
        if shared.departments:
            check_facilities(document, found, self.name, shared.units, services, None if broken else known)
        return found if not document.findings else Facilities()

    def _is_provincial(self) -> bool:
        entry = self.shared.entries.get(self.name)
        return entry is not None and entry.level is Level.PROVINCE

    def _drills(self, tenants: set[str]) -> tuple[Drill, ...]:
        found = self._own("drills.yaml", Drills)
        if found is None:
            return ()
        document = self.files["drills.yaml"][0]
        services = self.shared.services.services if self.shared.services else ()
        province = self.shared.province
        itself = {f"site:{self.name}", *([f"province:{province.id}"] if province and self._is_provincial() else [])}
        subjects = itself | {f"service:{row.id}" for row in services} | {f"tenant:{name}" for name in tenants}
        # A tenant may be unknown only because its own file is broken, which is said there.
        sound = not any(row.findings for row in self.files.get("tenants", []))
        if sound and self.shared.services and province:
            structure.check_drills(document, found.drills, subjects, self.shared.entries)
        for number, row in enumerate(found.drills):
            self.shared.index.put(f"drill:{self.name}/{row.id}", document, ("drills", number))
        return found.drills if not document.findings else ()

    def _exercises(self, site: Site | None) -> tuple[Exercise, ...]:
        found = self._own("exercises.yaml", Exercises)
        if found is None:
            return ()
        document, playbooks = self.files["exercises.yaml"][0], self.shared.playbooks
        if site is not None and playbooks is not None:
            operations.check_exercises(document, found.exercises, playbooks.playbooks, site.drill_signers)
        for number, row in enumerate(found.exercises):
            self.shared.index.put(f"exercise:{self.name}/{row.id}", document, ("exercises", number))
        return found.exercises if not document.findings else ()

    def _check_tenant(self, document: Document, tenant: Tenant, zones: tuple[Zone, ...]) -> None:
        shared = self.shared
        if shared.zones and shared.vpns and shared.departments:
            check.check_tenant(document, tenant, self.name, (zone.id for zone in zones), shared.units)
            structure.check_tenant_project(document, tenant, shared.known_projects)

    def _check_legacy(self, document: Document, network: LegacyNetwork) -> None:
        if self.shared.departments:
            check.check_legacy(document, network, self.name, self.shared.units)

    def _each(self, folder: str, model: type[M], sort: str, test: Callable[[Document, M], None]) -> list[M]:
        """The sound ones of many files of one model, sorted by id."""
        sound: list[tuple[str, M]] = []
        for document in self.files.get(folder, []):
            row = validate(model, document)
            if row is None:
                continue
            identity: str = row.id  # type: ignore[attr-defined]  # every model read this way has an id
            fresh = put(self.shared.index, f"{sort}:{identity}", document)
            test(document, row)
            if fresh and not document.findings:
                sound.append((identity, row))
        return [row for _, row in sorted(sound, key=lambda pair: pair[0])]
