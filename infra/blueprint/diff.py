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
    RulePlan,
    TenantPlan,
)

Value = TypeVar("Value")
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Changed:
    """One value that is another: `before` and `after` as people read them, empty for what was not or is no more."""

    subject: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class TenantFlow:
    """A rule of a tenant's own group: whom it may reach, or who may reach it."""

    tenant: str
    direction: str
    peer: str
    protocol: str
    port_min: int
    port_max: int


@dataclass(frozen=True, slots=True)
class Diff:
    """All differences of two blueprints. A flow that moved to other ports is closed and opened."""

    exposure: tuple[Changed, ...]
    flows_opened: tuple[PermitPlan, ...]
    flows_closed: tuple[PermitPlan, ...]
    tenant_flows_opened: tuple[TenantFlow, ...]
    tenant_flows_closed: tuple[TenantFlow, ...]
    sites: tuple[Changed, ...]
    tenants: tuple[Changed, ...]
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
    flows = set(_tenant_flows(base)), set(_tenant_flows(head))
    return Diff(
        exposure=_exposure(base, head),
        flows_opened=tuple(permits[1][key] for key in sorted(set(permits[1]) - set(permits[0]))),
        flows_closed=tuple(permits[0][key] for key in sorted(set(permits[0]) - set(permits[1]))),
        tenant_flows_opened=tuple(sorted(flows[1] - flows[0], key=_flow_key)),
        tenant_flows_closed=tuple(sorted(flows[0] - flows[1], key=_flow_key)),
        sites=_fields(_sites(base), _sites(head)),
        tenants=_fields(_tenants(base), _tenants(head)),
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
        for name in {**new, **old}:  # as they are said, so that names come first
            if old.get(name, "") != new.get(name, ""):
                rows.append(Changed(subject, name, old.get(name, ""), new.get(name, "")))
    return tuple(rows)


def _permit(row: PermitPlan) -> tuple[object, ...]:
    """What a permission means, whatever the flow is called."""
    return (row.source, row.target, row.protocol, row.port_min, row.port_max, row.versions)


def _exposure(base: Blueprint, head: Blueprint) -> tuple[Changed, ...]:
    """Exits to the internet, and the zones that may use them."""

    def rows(blueprint: Blueprint) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for site in blueprint.sites:
            if (external := site.cloud.external) is not None:
                found[f"site:{site.id}"] = _external(external)
        for permit in blueprint.permits:
            if permit.target == INTERNET_SIDE:
                ports = f"{permit.port_min}-{permit.port_max}/{permit.protocol}"
                found.setdefault(f"zone:{'/'.join(permit.source)}", {})[f"出互联网 {ports}"] = permit.purpose
        return found

    return _fields(rows(base), rows(head))


def _external(plan: ExternalPlan) -> dict[str, str]:
    return {"互联网出口": plan.cidr, "地址转换": "–".join(plan.pool), "批准登记": plan.registration}


def _tenant_flows(blueprint: Blueprint) -> Iterable[TenantFlow]:
    for tenant in _all_tenants(blueprint):
        for rule in tenant.group.rules:
            if rule.declared_by == tenant.declared_by and rule.version == 4:
                yield _tenant_flow(tenant, rule)


def _tenant_flow(tenant: TenantPlan, rule: RulePlan) -> TenantFlow:
    return TenantFlow(tenant.id, rule.direction, rule.remote, rule.protocol, rule.port_min, rule.port_max)


def _flow_key(row: TenantFlow) -> tuple[str, str, str, str, int]:
    return (row.tenant, row.direction, row.peer, row.protocol, row.port_min)


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


def _labels(said: TenantLabels) -> dict[str, str]:
    """Who answers for a tenant, by which project and budget it is built, how it is protected; empty where nothing was said."""
    return {
        "状态": said.state,
        "涉密声明": said.state_secret,
        "主管单位": said.owner,
        "运营单位": said.operator,
        "首席数据官": said.cio,
        "项目": said.project,
        "年度计划": said.plan,
        "预算科目": said.budget_line,
        "投资概算": f"{said.estimate} 元" if said.estimate else "",
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
    return {f"{site.id}/{row.id}": _service(row) for site in blueprint.sites for row in site.services}


def _service(row: ServicePlan) -> dict[str, str]:
    machines = "、".join(f"{group.zone_id}:{group.capability}×{group.count}" for group in row.machines)
    classes = {"等保": str(row.mlps_level), "备份": row.backup, "灾备等级": str(row.dr_class)}
    products = dict.fromkeys(_product(product) for group in row.machines for product in group.products)
    classes["产品"] = "、".join(products)
    return {"名称": row.title, "机器": machines, "责任单位": row.owner, "运维单位": row.operator, **classes}


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
