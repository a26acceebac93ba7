"""What a change changes, in the domain's own words: typed, so that rules, reviews and people read the same thing.

Exposure first: what the internet may reach or be reached from is the part nobody may overlook.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TypeVar

from infra.blueprint.carried import (
    FacilityPlan,
    ProductPlan,
    ServicePlan,
    TenantLabels,
    WaiverPlan,
)
from infra.blueprint.permits import INTERNET_SIDE
from infra.blueprint.planned import BackupJobPlan
from infra.blueprint.types import (
    Blueprint,
    ExternalPlan,
    PermitPlan,
    ProjectPlan,
    TenantFlowPlan,
    TenantPlan,
)
from infra.blueprint.wording import paper, purpose, restored, span, way
from infra.blueprint.works import WorkPlan

Value = TypeVar("Value")
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Changed:
    """One value that is another: `before` and `after` as people read them, empty for what was not or is no more.

    `whole`: the subject itself is new or gone, with all its values.
    """

    subject: str
    field: str
    before: str
    after: str
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Diff:
    """All differences of two blueprints. A flow that moved to other ports is closed and opened.

    `terms`: what flows that stay open are for, and until when.
    """

    exposure: tuple[Changed, ...]
    flows_opened: tuple[PermitPlan, ...]
    flows_closed: tuple[PermitPlan, ...]
    tenant_flows_opened: tuple[TenantFlowPlan, ...]
    tenant_flows_closed: tuple[TenantFlowPlan, ...]
    terms: tuple[Changed, ...]
    sites: tuple[Changed, ...]
    tenants: tuple[Changed, ...]
    works: tuple[Changed, ...]
    addresses: tuple[Changed, ...]
    quotas: tuple[Changed, ...]
    services: tuple[Changed, ...]
    facilities: tuple[Changed, ...]
    waivers: tuple[Changed, ...]

    @property
    def empty(self) -> bool:
        """Whether nothing changed that this looks at."""
        return not any(getattr(self, name) for name in self.__slots__)


def diff(base: Blueprint, head: Blueprint) -> Diff:
    """Everything that differs from `base` to `head`, each list sorted."""
    permits = {_permit(row): row for row in base.permits}, {_permit(row): row for row in head.permits}
    flows = _tenant_flows(base), _tenant_flows(head)
    return Diff(
        exposure=_exposure(base, head),
        flows_opened=tuple(permits[1][key] for key in sorted(set(permits[1]) - set(permits[0]))),
        flows_closed=tuple(permits[0][key] for key in sorted(set(permits[0]) - set(permits[1]))),
        tenant_flows_opened=tuple(flows[1][key] for key in sorted(set(flows[1]) - set(flows[0]))),
        tenant_flows_closed=tuple(flows[0][key] for key in sorted(set(flows[0]) - set(flows[1]))),
        terms=_kept(_standing_terms(base), _standing_terms(head)) + _kept(_own_terms(flows[0]), _own_terms(flows[1])),
        sites=_fields(_sites(base), _sites(head)),
        tenants=_fields(_tenants(base), _tenants(head)),
        works=_fields(_works(base), _works(head)),
        addresses=_fields(_addresses(base), _addresses(head)),
        quotas=_fields(_quotas(base), _quotas(head)),
        services=_fields(_services(base), _services(head)),
        facilities=_fields(_facilities(base), _facilities(head)),
        waivers=_fields(_waivers(base), _waivers(head)),
    )


def _fields(before: Mapping[str, Mapping[str, str]], after: Mapping[str, Mapping[str, str]]) -> tuple[Changed, ...]:
    """Field by field of every subject; a subject that is new or gone has all its fields."""
    rows = []
    for subject in sorted({*before, *after}):
        old, new = before.get(subject, {}), after.get(subject, {})
        whole = subject not in before or subject not in after
        for name in {**new, **old}:  # as they are said, so that names come first
            if old.get(name, "") != new.get(name, ""):
                rows.append(Changed(subject, name, old.get(name, ""), new.get(name, ""), whole))
    return tuple(rows)


def _kept(before: Mapping[str, Mapping[str, str]], after: Mapping[str, Mapping[str, str]]) -> tuple[Changed, ...]:
    """Field by field of the subjects that there were and still are."""
    both = before.keys() & after.keys()
    return _fields({name: before[name] for name in both}, {name: after[name] for name in both})


def _permit(row: PermitPlan) -> tuple[object, ...]:
    """What a permission means, whatever the flow is called."""
    return (row.source, row.target, row.protocol, row.port_min, row.port_max, row.versions)


def _exposure(base: Blueprint, head: Blueprint) -> tuple[Changed, ...]:
    """Exits to the internet, the zones that may use them, and the platforms that are meant to be reached from it."""

    def rows(blueprint: Blueprint) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for site in blueprint.sites:
            if (external := site.cloud.external) is not None:
                found[f"site:{site.id}"] = _external(external)
            for service in site.services:
                for hop in service.hops:
                    if hop.source == INTERNET_SIDE[1]:
                        said = {f"互联网可访问 {ports}": hop.purpose for ports in hop.ports}
                        found.setdefault(f"service:{site.id}/{service.id}", {}).update(said)
        for permit in blueprint.permits:
            if permit.target == INTERNET_SIDE:
                said = {f"出互联网 {span(permit)}": purpose(permit)}
                found.setdefault(f"zone:{'/'.join(permit.source)}", {}).update(said)
        return found

    return _fields(rows(base), rows(head))


def _external(plan: ExternalPlan) -> dict[str, str]:
    return {"互联网出口": plan.cidr, "地址转换": "–".join(plan.pool), "批准登记": plan.registration}


_Key = tuple[str, str, str, str, int, int]


def _tenant_flows(blueprint: Blueprint) -> dict[_Key, TenantFlowPlan]:
    """Tenants' own flows by what they mean, whatever they are for."""
    return {
        (tenant.id, row.direction, row.zone_id, row.protocol, row.port_min, row.port_max): row
        for tenant in _all_tenants(blueprint)
        for row in tenant.flows
    }


def _own_terms(flows: Mapping[_Key, TenantFlowPlan]) -> dict[str, dict[str, str]]:
    return {f"租户 {way(row)} {span(row)}": {"用途": row.purpose, "到期": row.expires} for row in flows.values()}


def _standing_terms(blueprint: Blueprint) -> dict[str, dict[str, str]]:
    return {row.declared_by: {"用途": row.purpose, "到期": row.expires} for row in blueprint.permits}


def _all_tenants(blueprint: Blueprint) -> Iterable[TenantPlan]:
    return (tenant for site in blueprint.sites for tenant in site.tenants)


def _sites(blueprint: Blueprint) -> dict[str, dict[str, str]]:
    return {
        site.id: {
            "名称": site.title,
            "接入": "已接入" if site.connected else "规划中",
            "区域": "、".join(zone.id for zone in site.zones),
        }
        for site in blueprint.sites
    }


def _tenants(blueprint: Blueprint) -> dict[str, dict[str, str]]:
    return {
        tenant.id: {
            "名称": tenant.title,
            "部门": tenant.department,
            "区域": tenant.zone_id,
            **(_labels(tenant.labels) if tenant.labels else {}),
            **_recovery(jobs[tenant.id]),
        }
        for site in blueprint.sites
        for jobs in [{job.source: job for job in site.backups}]
        for tenant in site.tenants
    }


def _works(blueprint: Blueprint) -> dict[str, dict[str, str]]:
    return {row.declared_by: _work(row) for row in blueprint.works}


def _work(work: WorkPlan) -> dict[str, str]:
    """Who pays and who builds, from which line of which year's plan, and on what papers."""
    papers = {row.kind: paper(row) for row in work.papers}
    return {
        "名称": work.title,
        "状态": work.state,
        "主管单位": work.owner,
        "承建单位": work.contractor,
        "年度计划": f"{work.year} 年 {work.entry}" if work.entry else "",
        "预算科目": f"{work.line_title}（{work.line}）" if work.line else "",
        "投资概算": f"{work.estimate} 元",
        "科目余额": f"{work.left} 元" if work.line else "",
        **papers,
    }


def _labels(said: TenantLabels) -> dict[str, str]:
    """Who answers for a tenant, by which project it is built, how it is protected; empty where nothing was said."""
    return {
        "状态": said.state,
        "涉密声明": said.state_secret,
        "主管单位": said.owner,
        "运营单位": said.operator,
        "首席数据官": said.cio,
        "项目": said.project,
        "等保": f"{said.mlps_level} 级",
        "等保备案": said.mlps_filing,
        "上次测评": said.mlps_assessed,
        "数据分类": said.data_class,
        "个人信息": "含" if said.personal_data else "不含",
    }


def _recovery(job: BackupJobPlan) -> dict[str, str]:
    """What is kept of a tenant, where, and how much may be lost for how long."""
    return {
        "备份": job.backup,
        "异地副本": "、".join(copy.site for copy in job.copies if copy.offsite),
        "RPO/RTO": f"{job.rpo_minutes}/{job.rto_minutes} 分钟",
        "恢复演练": restored(job.restored),
    }


def _addresses(blueprint: Blueprint) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for site in blueprint.sites:
        for zone in site.zones:
            found[f"{site.id}/{zone.id}"] = {"IPv4": zone.hosts.v4, "IPv6": zone.hosts.v6}
        for host in site.hosts:
            found[f"{site.id}/{host.id}"] = {f"{leg.zone_id} IPv4": leg.addresses.v4 for leg in host.legs} | {
                f"{leg.zone_id} IPv6": leg.addresses.v6 for leg in host.legs
            }
        for tenant in site.tenants:
            found[tenant.id] = {f"IPv{row.version}": row.cidr for row in tenant.network.subnets}
        for county in site.counties:
            found[county.id] = {"IPv4": county.block.v4, "IPv6": county.block.v6}
        for unit in site.units:
            found[f"{site.id}/{unit.id}"] = {"IPv4": unit.block.v4, "IPv6": unit.block.v6}
    return found


def _quotas(blueprint: Blueprint) -> dict[str, dict[str, str]]:
    return {f"{site.id}/{project.id}": _quota(project) for site in blueprint.sites for project in site.cloud.projects}


def _quota(project: ProjectPlan) -> dict[str, str]:
    values = {**asdict(project.network_quota), **asdict(project.compute_quota)}
    return {name: str(value) for name, value in values.items()}


def _services(blueprint: Blueprint) -> dict[str, dict[str, str]]:
    return {
        f"{site.id}/{row.id}": _service(row, tried.get(row.declared_by, ""))
        for site in blueprint.sites
        for tried in [{job.declared_by: restored(job.restored) for job in site.backups}]
        for row in site.services
    }


def _service(row: ServicePlan, restore: str) -> dict[str, str]:
    """`restore`: the last one of its data; empty when it keeps none."""
    machines = "、".join(f"{group.zone_id}:{group.capability}×{group.count}" for group in row.machines)
    classes = {
        "项目": row.project,
        "等保": f"{row.mlps_level} 级",
        "等保备案": row.mlps_filing,
        "上次测评": row.mlps_assessed,
        "数据分类": row.data_class,
        "备份": row.backup,
        "灾备等级": str(row.dr_class),
        "恢复演练": restore,
    }
    products = dict.fromkeys(_product(product) for group in row.machines for product in group.products)
    classes["产品"] = "、".join(products)
    hops = {f"业务流向 {hop.source} → {hop.target} {'、'.join(hop.ports)}": hop.purpose for hop in row.hops}
    return {"名称": row.title, "机器": machines, "责任单位": row.owner, "运维单位": row.operator, **classes, **hops}


def _product(row: ProductPlan) -> str:
    return f"{row.title}（{'国产' if row.domestic else '非国产'}）"


def _facilities(blueprint: Blueprint) -> dict[str, dict[str, str]]:
    """What departments have of their own, old networks included."""
    rows = {row.declared_by: _facility(row) for site in blueprint.sites for row in site.facilities}
    networks = {
        row.declared_by: {"部门": row.department, "地址": "、".join(row.ranges)}
        for site in blueprint.sites
        for row in site.legacy
    }
    return rows | networks


def _facility(row: FacilityPlan) -> dict[str, str]:
    bodies = {"名称": row.title, "部门": row.department, "主管单位": row.owner, "运营单位": row.operator}
    return bodies | dict(row.facts)


def _waivers(blueprint: Blueprint) -> dict[str, dict[str, str]]:
    return {row.id: _waiver(row) for row in blueprint.waivers}


def _waiver(row: WaiverPlan) -> dict[str, str]:
    return {"规则": row.rule, "对象": row.subject, "批准文号": row.number, "到期": row.expires}
