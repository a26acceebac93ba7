"""The files that all sites share: their shapes, their places, and what they say of each other."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TypeVar

from infra.codes import Code
from infra.model.backbone import Backbone
from infra.model.base import Model
from infra.model.catalogue import Catalogue
from infra.model.department import Departments
from infra.model.estate import Estate, SiteEstate
from infra.model.flow import Flows
from infra.model.governance import AnnualPlan, Approval, Project, Waiver
from infra.model.legacy import LegacyLock
from infra.model.operations import Duty, Offers, Playbooks
from infra.model.pool import Pools
from infra.model.product import Products
from infra.model.province import Province, SiteEntry
from infra.model.service import Services
from infra.model.zone import Vpns, Zone, Zones
from infra.reading import catalogue, operations, structure
from infra.reading import references as check
from infra.reading.files import Folder
from infra.reading.index import Index
from infra.reading.nodes import Document
from infra.reading.words import validate

M = TypeVar("M", bound=Model)


class Shared:
    """Every shared file as a model, or `None` where it is unsound; all findings are in their documents."""

    def __init__(self, folder: Folder, index: Index) -> None:
        self.folder = folder
        self.index = index
        self.province = self._one("province.yaml", Province)
        self.zones = self._one("zones.yaml", Zones)
        self.vpns = self._one("vpns.yaml", Vpns)
        self.flows = self._one("flows.yaml", Flows)
        self.pools = self._one("pools.yaml", Pools)
        self.departments = self._one("departments.yaml", Departments)
        self.backbone = self._one("backbone.yaml", Backbone)
        self.services = self._one("services.yaml", Services)
        self.products = self._one("products.yaml", Products)
        self.duty = self._one("operations/duty.yaml", Duty)
        self.offers = self._one("operations/services.yaml", Offers)
        self.playbooks = self._one("operations/incidents.yaml", Playbooks)
        self.lock = self._one("legacy.lock", LegacyLock)
        self.approvals = {row.id: row for row in self._register("approvals", Approval, "approval")}
        self.waivers = {row.id: row for row in self._register("waivers", Waiver, "waiver")}
        self.plans = {row.id: row for row in self._register("plans", AnnualPlan, "plan")}
        self.projects = {row.id: row for row in self._register("projects", Project, "project")}
        self.catalogues = {row.id: row for row in self._register("catalogue", Catalogue, "catalogue")}
        self._put()
        self._check()

    # --- what sites need to know --------------------------------------------------------------------------------------
    @property
    def entries(self) -> dict[str, SiteEntry]:
        """The register of sites."""
        return {row.id: row for row in self.province.sites} if self.province else {}

    @property
    def authorities(self) -> list[str] | None:
        """Ids of the bodies that give approvals; unknown when province.yaml is unsound."""
        return [row.id for row in self.province.authorities] if self.province else None

    @property
    def units(self) -> list[str]:
        """Ids of all departments."""
        return [row.id for row in self.departments.departments] if self.departments else []

    @property
    def known_projects(self) -> Collection[str] | None:
        """Ids of all projects; `None` when one could not be read, so that its own mistake is not told once more by all that name it."""
        return self.projects if self._sound("projects") else None

    def zones_of(self, site: str) -> dict[str, Zone]:
        """Zones that the province gives a site, by their place: standard ones, and VPN instances opened there."""
        zones = {f"standard:{zone.id}": zone for zone in self.zones.zones} if self.zones else {}
        if self.vpns:
            zones |= {f"vpn:{vpn.id}": vpn.zone() for vpn in self.vpns.vpns if site in vpn.opened}
        return zones

    def document(self, name: str) -> Document:
        return self.folder.shared[name]

    def documents(self) -> list[Document]:
        """Every shared document there is."""
        return [*self.folder.shared.values(), *(row for rows in self.folder.registers.values() for row in rows)]

    def estate(self, sites: dict[str, SiteEstate]) -> Estate | None:
        """The estate, if every shared file is sound."""
        broken = any(document.findings for document in self.documents())
        if broken or any(finding.site is None for finding in self.folder.findings):
            return None
        if not (self.province and self.zones and self.vpns and self.flows and self.pools and self.departments):
            return None
        if not (self.backbone and self.services and self.products and self.lock):
            return None
        if not (self.duty and self.offers and self.playbooks):
            return None
        return Estate(
            province=self.province,
            zones=self.zones.zones,
            flows=self.flows.flows,
            pools=self.pools,
            departments=self.departments.departments,
            sites=sites,
            lock=self.lock,
            approvals=self.approvals,
            waivers=self.waivers,
            locator=self.index,
            vpns=self.vpns.vpns,
            backbone=self.backbone,
            services=self.services.services,
            plans=self.plans,
            projects=self.projects,
            catalogues=self.catalogues,
            products=self.products,
            duty=self.duty,
            offers=self.offers.services,
            playbooks=self.playbooks.playbooks,
        )

    # --- shapes and places --------------------------------------------------------------------------------------------
    def _one(self, name: str, model: type[M]) -> M | None:
        document = self.folder.shared.get(name)
        return validate(model, document) if document is not None else None

    def _register(self, name: str, model: type[M], sort: str) -> list[M]:
        """The sound files of a register; an id that repeats is said at the second file."""
        rows: list[M] = []
        for document in self.folder.registers[name]:
            row = validate(model, document)
            if row is not None and put(self.index, f"{sort}:{_id(row)}", document):
                rows.append(row)
        return rows

    def _sound(self, register: str) -> bool:
        """Whether every file of a register could be read."""
        return not any(document.findings for document in self.folder.registers[register])

    def _put(self) -> None:
        """Remember where everything stands."""
        if self.province:
            self.index.put(f"province:{self.province.id}", self.document("province.yaml"))
        if self.pools:
            self.index.put("pool:links", self.document("pools.yaml"), ("links",))
            for kind in self.pools.zones:
                self.index.put(f"pool:{kind.value}", self.document("pools.yaml"), ("zones", kind.value))
        for site in self.lock.sites if self.lock else ():
            self.index.put(f"lock:{site}", self.document("legacy.lock"), ("sites", site))
        backbone = self.backbone
        lists: list[tuple[str, str, str, Iterable[Model]]] = [
            ("zones.yaml", "zones", "standard", self.zones.zones if self.zones else ()),
            ("vpns.yaml", "vpns", "vpn", self.vpns.vpns if self.vpns else ()),
            ("flows.yaml", "flows", "flow", self.flows.flows if self.flows else ()),
            ("departments.yaml", "departments", "department", self.departments.departments if self.departments else ()),
            ("services.yaml", "services", "service", self.services.services if self.services else ()),
            ("products.yaml", "products", "product", self.products.products if self.products else ()),
            ("operations/duty.yaml", "posts", "post", self.duty.posts if self.duty else ()),
            ("operations/duty.yaml", "patterns", "pattern", self.duty.patterns if self.duty else ()),
            ("operations/services.yaml", "services", "offer", self.offers.services if self.offers else ()),
            ("operations/incidents.yaml", "playbooks", "playbook", self.playbooks.playbooks if self.playbooks else ()),
            ("backbone.yaml", "nodes", "node", backbone.nodes if backbone else ()),
            ("backbone.yaml", "trunks", "trunk", backbone.trunks if backbone else ()),
            ("backbone.yaml", "rings", "ring", backbone.rings if backbone else ()),
        ]
        for file, base, sort, rows in lists:
            for number, row in enumerate(rows):
                self.index.put(f"{sort}:{_id(row)}", self.document(file), (base, number))
        for number, roster in enumerate(self.duty.rosters if self.duty else ()):
            self.index.put(f"duty:{roster.site}", self.document("operations/duty.yaml"), ("rosters", number))
        for identity, found in self.catalogues.items():
            catalogue.put_items(self.index, self.index.place(f"catalogue:{identity}")[0], found)

    # --- references ---------------------------------------------------------------------------------------------------
    def _check(self) -> None:
        if self.province:
            check.check_province(self.document("province.yaml"), self.province)
        if self.departments:
            rows = self.departments.departments
            for field, what in (("id", "部门标识"), ("code", "部门代码")):
                values = (getattr(row, field) for row in rows)
                check.repeated(self.document("departments.yaml"), "departments", field, values, what)
        if self.zones:
            check.check_zones(self.document("zones.yaml"), self.zones.zones)
            if self.flows:
                check.check_flows(self.document("flows.yaml"), self.flows.flows, self.zones.zones)
            if self.pools:
                vpns = [vpn.zone() for vpn in self.vpns.vpns] if self.vpns else []
                check.check_pools(self.document("pools.yaml"), self.pools, (*self.zones.zones, *vpns))
        if self.vpns and self.province and self.departments:
            structure.check_vpns(self.document("vpns.yaml"), self.vpns.vpns, self.entries, self.units)
        if self.lock:
            check.check_lock(self.document("legacy.lock"), self.lock, self.province, self.approvals)
        if self.backbone and self.province:
            structure.check_backbone(self.document("backbone.yaml"), self.backbone, self.entries)
        if self.services:
            vpn_ids = [vpn.id for vpn in self.vpns.vpns] if self.vpns else None
            flavors = [row.id for row in self.province.flavors] if self.province else None
            sites = list(self.entries) if self.province else None
            document, known = self.document("services.yaml"), (vpn_ids, flavors, sites, self.known_projects)
            structure.check_services(document, self.services.services, *known)
            if self.products:
                catalogue.check_machines(self.document("services.yaml"), self.services.services, self.products)
        if self.products:
            catalogue.check_products(self.document("products.yaml"), self.products)
        self._check_operations()
        entries: dict[str, str] = {}
        for plan in self.plans.values():
            structure.check_plan(self.index.place(f"plan:{plan.id}")[0], plan, entries, self.approvals)
        for project in self.projects.values():
            document = self.index.place(f"project:{project.id}")[0]
            structure.check_project(document, project, self.plans if self._sound("plans") else None, self.approvals)

    def _check_operations(self) -> None:
        if self.duty:
            sites = list(self.entries) if self.province else None
            operations.check_duty(self.document("operations/duty.yaml"), self.duty, sites)
        if self.offers:
            operations.check_offers(self.document("operations/services.yaml"), self.offers.services, self.duty)
        if self.playbooks:
            document = self.document("operations/incidents.yaml")
            operations.check_playbooks(document, self.playbooks.playbooks, self.duty)

    def check_registers(self, all_read: bool) -> None:
        """Catalogue, approvals and waivers; last, because they may name anything. Unknown subjects are told only when all else could be read."""
        known = self.index.references() if all_read else None
        for identity, found in self.catalogues.items():
            document = self.index.place(f"catalogue:{identity}")[0]
            catalogue.check_catalogue(document, found, known, self.units if self.departments else None)
        for identity, approval in self.approvals.items():
            check.check_approval(self.index.place(f"approval:{identity}")[0], approval, known, self.authorities)
        for identity, waiver in self.waivers.items():
            check.check_waiver(self.index.place(f"waiver:{identity}")[0], waiver, known, self.approvals)


def put(index: Index, reference: str, document: Document) -> bool:
    """Remember a whole file; says so at the file, and answers no, when another one has the id."""
    other = index.put(reference, document)
    if other is not None:
        identity = reference.partition(":")[2]
        document.add(Code.DUPLICATE_ID, ("id",), "标识重复", wrong=identity, right=f"另一处在 {other.file}")
    return other is None


def _id(row: Model) -> str:
    """The id of a model that has one."""
    identity = getattr(row, "id", None)
    if not isinstance(identity, str):
        raise TypeError(f"{type(row).__name__} has no id")
    return identity
