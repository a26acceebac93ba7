"""References and uniqueness of what is built: VPN instances, own zones, counties, units, backbone, services, plans."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from infra.codes import Code
from infra.model.access import County, Unit
from infra.model.backbone import Backbone
from infra.model.drill import Drill
from infra.model.enums import Level, NodeKind, ZoneKind
from infra.model.governance import AnnualPlan, Project
from infra.model.province import SiteEntry
from infra.model.service import Service
from infra.model.site import Site
from infra.model.tenant import Tenant
from infra.model.zone import OWN_VPNS, Vpn, Zone
from infra.reading.nodes import Document, Path
from infra.reading.references import repeated, unknown


def check_vpns(document: Document, vpns: tuple[Vpn, ...], sites: Collection[str], departments: Collection[str]) -> None:
    repeated(document, "vpns", "id", (row.id for row in vpns), "VPN 实例标识")
    repeated(document, "vpns", "number", (row.number for row in vpns), "VPN 实例号")
    for number, row in enumerate(vpns):
        if row.department not in departments:
            unknown(document, ("vpns", number, "department"), "部门", row.department, departments)
        for index, site in enumerate(row.opened):
            if site not in sites:
                unknown(document, ("vpns", number, "opened", index), "站点", site, sites)
        others = {other.id for other in vpns} - {row.id}
        for index, imported in enumerate(row.imports):
            if imported not in others:
                unknown(document, ("vpns", number, "imports", index), "VPN 实例", imported, others)


def check_own_zones(document: Document, site: Site, given: tuple[Zone, ...]) -> None:
    """Own zones are dedicated ones with a number of the sites' range: only there is address space for more than one of a kind."""
    known = [zone.id for zone in given]
    for number, name in enumerate(site.renamed):
        if name.zone not in known:
            unknown(document, ("renamed", number, "zone"), "区域", name.zone, known)
    repeated(document, "own_zones", "vpn", (zone.vpn for zone in site.own_zones), "VPN 实例号")
    repeated(document, "own_zones", "id", (zone.id for zone in site.own_zones), "区域标识")
    for number, zone in enumerate(site.own_zones):
        base: Path = ("own_zones", number)
        if zone.id in known:
            document.add(
                Code.DUPLICATE_ID, (*base, "id"), "与省标准区域同名", wrong=zone.id, right=f"{site.id}_{zone.id}"
            )
        if zone.kind is not ZoneKind.DEDICATED:
            message = "站点自有的区域只能是专用网络区的 VPN 实例"
            document.add(Code.VALUE, (*base, "kind"), message, wrong=zone.kind.value, right=ZoneKind.DEDICATED.value)
        elif zone.vpn not in OWN_VPNS:
            right = f"{OWN_VPNS.start}–{OWN_VPNS.stop - 1}"
            document.add(
                Code.VALUE, (*base, "vpn"), "站点自有的 VPN 实例号不在留给站点的范围", wrong=str(zone.vpn), right=right
            )


def check_counties(document: Document, counties: tuple[County, ...], entry: SiteEntry | None) -> None:
    repeated(document, "counties", "id", (row.id for row in counties), "县级单位标识")
    repeated(document, "counties", "code", (row.code for row in counties), "区划代码")
    if entry is None:
        return
    if entry.level is not Level.CITY:
        document.add(Code.FILE, (), "只有设区市有县级单位", wrong=entry.level.value, right="删去 counties.yaml")
        return
    for number, row in enumerate(counties):
        # 宿州 is not 苏州, and two cities have a 鼓楼区: codes and the city's id decide, not names.
        if row.code[:4] != entry.code[:4]:
            path: Path = ("counties", number, "code")
            document.add(Code.VALUE, path, "区划代码不属于本市", wrong=row.code, right=f"{entry.code[:4]}××")
        if not row.id.startswith(f"{entry.id}_"):
            path = ("counties", number, "id")
            document.add(Code.VALUE, path, "标识以站点标识开头", wrong=row.id, right=f"{entry.id}_{row.id}")
        for serial in sorted(row.towns.names):
            if not 1 <= serial <= row.towns.count:
                path = ("counties", number, "towns", "names", str(serial))
                document.add(
                    Code.VALUE, path, "乡级单位的序号超出总数", wrong=str(serial), right=f"1–{row.towns.count}"
                )


def check_units(document: Document, units: tuple[Unit, ...], departments: Collection[str]) -> None:
    repeated(document, "units", "department", (row.department for row in units), "接入单位")
    for number, row in enumerate(units):
        if row.department not in departments:
            unknown(document, ("units", number, "department"), "部门", row.department, departments)


def check_drills(
    document: Document, drills: tuple[Drill, ...], subjects: Collection[str], sites: Collection[str]
) -> None:
    """A restore is of a platform, of a tenant of this site or of what its operators know, from a copy at a site that exists."""
    repeated(document, "drills", "id", (row.id for row in drills), "演练标识")
    for number, row in enumerate(drills):
        if row.subject not in subjects:
            unknown(document, ("drills", number, "subject"), "平台、本站点的租户或站点自己", row.subject, subjects)
        if row.copy_at not in sites:
            unknown(document, ("drills", number, "copy_at"), "站点", row.copy_at, sites)


def check_public(document: Document, base: str, public: bool) -> None:
    """Counties and departments are connected in the public zone; a site that does without it can have neither."""
    if not public:
        message = "本站点没有公用网络区，县级单位和部门无处接入"
        document.add(Code.REFERENCE, (base,), message, right="从 site.yaml 的 without 里删去 public_shared")


def check_backbone(document: Document, backbone: Backbone, sites: Collection[str]) -> None:
    for base, what, rows in (
        ("nodes", "节点标识", [row.id for row in backbone.nodes]),
        ("trunks", "干线标识", [row.id for row in backbone.trunks]),
        ("rings", "环网标识", [row.id for row in backbone.rings]),
    ):
        repeated(document, base, "id", rows, what)
    nodes = [row.id for row in backbone.nodes]
    for number, node in enumerate(backbone.nodes):
        if node.site not in sites:
            unknown(document, ("nodes", number, "site"), "站点", node.site, sites)
    for number, trunk in enumerate(backbone.trunks):
        for field, end in (("a", trunk.a), ("b", trunk.b)):
            if end not in nodes:
                unknown(document, ("trunks", number, field), "节点", end, nodes)
        if trunk.a == trunk.b:
            document.add(
                Code.VALUE, ("trunks", number, "b"), "干线的两端是同一个节点", wrong=trunk.b, right="另一个节点"
            )
    for number, ring in enumerate(backbone.rings):
        for index, end in enumerate(ring.nodes):
            if end not in nodes:
                unknown(document, ("rings", number, "nodes", index), "节点", end, nodes)
    if not any(node.kind is NodeKind.NATIONAL_BORDER for node in backbone.nodes):
        document.add(Code.REFERENCE, ("nodes",), "没有与国家政务外网的对接节点", right="kind: national_border 的一行")


def check_services(
    document: Document,
    services: tuple[Service, ...],
    vpns: Collection[str] | None,
    flavors: Collection[str] | None,
    sites: Collection[str] | None,
    projects: Collection[str] | None,
) -> None:
    """`None`: the file that says which there are is unsound, which has been said."""
    repeated(document, "services", "id", (row.id for row in services), "平台标识")
    for number, row in enumerate(services):
        base: Path = ("services", number)
        if row.vpn is not None and vpns is not None and row.vpn not in vpns:
            unknown(document, (*base, "vpn"), "VPN 实例", row.vpn, vpns)
        if row.project is not None and projects is not None and row.project not in projects:
            unknown(document, (*base, "project"), "项目", row.project, projects)
        for index, machines in enumerate(row.machines):
            if flavors is not None and machines.flavor not in flavors:
                unknown(document, (*base, "machines", index, "flavor"), "规格", machines.flavor, flavors)
            for place, site in enumerate(machines.realised):
                if sites is not None and site not in sites:
                    unknown(document, (*base, "machines", index, "realised", place), "站点", site, sites)
        _check_groups(document, number, row)


def _check_groups(document: Document, number: int, service: Service) -> None:
    """Machines are known by service, capability and serial number, and stand in each zone once."""
    seen: set[str] = set()
    for index, machines in enumerate(service.machines):
        path: Path = ("services", number, "machines", index)
        if machines.capability in seen:
            message = "同一平台里同一能力的机器写成一组"
            right = "合并为一组，改 count；用途不同的机器用不同的能力"
            document.add(Code.DUPLICATE_ID, (*path, "capability"), message, wrong=machines.capability, right=right)
        seen.add(machines.capability)
        for place, kind in enumerate(machines.also):
            if kind in (machines.zone, *machines.also[:place]):
                message = "一台机器在一个区域里只有一个端口"
                document.add(Code.VALUE, (*path, "also", place), message, wrong=kind.value, right="另一种区域")


def check_plan(document: Document, plan: AnnualPlan, taken: dict[str, str], approvals: Collection[str]) -> None:
    """An entry is in one plan alone; `taken` says in which, for the entries of the plans that were checked before."""
    if plan.approval not in approvals:
        unknown(document, ("approval",), "批准登记", plan.approval, approvals)
    repeated(document, "entries", "id", (row.id for row in plan.entries), "计划项目标识")
    for number, row in enumerate(plan.entries):
        if (other := taken.setdefault(row.id, plan.id)) != plan.id:
            path: Path = ("entries", number, "id")
            document.add(Code.DUPLICATE_ID, path, "计划项目标识重复", wrong=row.id, right=f"另一处在 plan:{other}")
    lines: Iterable[str] = (line.id for row in plan.entries for line in row.lines)
    seen: set[str] = set()
    for line in lines:
        if line in seen:
            document.add(Code.DUPLICATE_ID, ("entries",), "预算科目标识重复", wrong=line, right="全年唯一的标识")
        seen.add(line)


def check_project(
    document: Document, project: Project, plans: Mapping[str, AnnualPlan] | None, approvals: Collection[str]
) -> None:
    """A project names an entry of some plan, a line of that entry, and papers that are in the register."""
    for paper, approval in project.papers.items():
        if approval not in approvals:
            unknown(document, ("papers", paper.value), "批准登记", approval, approvals)
    if (project.plan is None) != (project.line is None):
        missing = "plan" if project.plan is None else "line"
        document.add(Code.MISSING_FIELD, (missing,), "年度计划项目和预算科目要一起写", right=f"{missing}: ……")
    if project.plan is None or plans is None:
        return
    entries = {entry.id: entry for plan in plans.values() for entry in plan.entries}
    entry = entries.get(project.plan)
    if entry is None:
        unknown(document, ("plan",), "年度计划项目", project.plan, entries)
    elif project.line is not None and project.line not in (lines := [line.id for line in entry.lines]):
        unknown(document, ("line",), "预算科目", project.line, lines)


def check_tenant_project(document: Document, tenant: Tenant, projects: Collection[str] | None) -> None:
    if tenant.project is not None and projects is not None and tenant.project not in projects:
        unknown(document, ("project",), "项目", tenant.project, projects)
