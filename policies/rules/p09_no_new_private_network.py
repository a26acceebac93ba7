from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from ipaddress import ip_network
from typing import ClassVar

from infra import names
from infra.blueprint.types import ProjectPlan, SharePlan, TenantPlan
from infra.findings import Finding
from infra.model.enums import ApprovalKind, AuthorityKind
from infra.model.facility import Line
from infra.model.legacy import LegacyNetwork, SealedNetwork
from policies.approvals import objections
from policies.rule import Context, Rule
from policies.sources import NEW_SINCE, Article, Document
from policies.space import inside

_ALLOWED_OWN = ("port", "security_group_rule")
"""What a tenant's project may have of its own: ports on the shared network, and no group to put a rule into."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """An entry of the sealed baseline, and its place in it."""

    site: str
    number: int
    network: SealedNetwork


@dataclass(frozen=True, slots=True)
class Act:
    """The approval by which a site's part of the baseline was sealed."""

    site: str
    approval: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """A department network that a site declares."""

    site: str
    network: LegacyNetwork


@dataclass(frozen=True, slots=True)
class Owner:
    """A tenant with its project: the other way to a private network."""

    tenant: TenantPlan
    project: ProjectPlan


@dataclass(frozen=True, slots=True)
class Laid:
    """A department's own line to a unit of the same level or a higher one; what leads down is P11's."""

    site: str
    line: Line


Subject = Act | Sealed | Claimed | Owner | Laid


class NoNewPrivateNetwork(Rule[Subject]):
    """Department networks may only be those of the sealed baseline, as large as they were, and no new line; a tenant's project can make none.

    The baseline is `legacy.lock`; its own change is a sealed act. A tenant has exactly one network, which belongs to the operator and is
    shared with its project alone, and a project whose quota is zero for everything a network is made of.
    """

    id: ClassVar[str] = "P09"
    title: ClassVar[str] = "各部门不再新建业务专网"
    article: ClassVar[Article] = Article(
        Document.JIANGSU_2016,
        "三（二）2",
        "各部门各单位不再新建业务专网，现有业务专网逐步取消，不再安排运行维护费用",
    )
    right: ClassVar[str] = (
        "在 sites/<站点>/tenants/ 申请租户，用政务外网的区域承载业务（govnet tenant new）；只有国家或中央另有规定时才可例外"
    )

    def subjects(self, context: Context) -> Iterable[Subject]:
        for site_id, sealed in sorted(context.estate.lock.sites.items()):
            yield Act(site_id, sealed.approval)
            for number, network in enumerate(sealed.networks):
                yield Sealed(site_id, number, network)
        for site in context.estate.sites.values():
            for claimed in site.legacy:
                yield Claimed(site.id, claimed)
            for line in site.facilities.lines:
                if not line.to.below(site.entry.level):
                    yield Laid(site.id, line)
        for plan in context.blueprint.sites:
            projects = {project.id: project for project in plan.cloud.projects}
            for tenant in plan.tenants:
                yield Owner(tenant, projects[tenant.project_id])

    def check(self, subject: Subject, context: Context) -> Iterator[Finding]:
        match subject:
            case Act():
                yield from self._act(subject, context)
            case Sealed():
                yield from self._sealed(subject, context)
            case Claimed():
                yield from self._claimed(subject, context)
            case Owner():
                yield from self._owner(subject, context)
            case Laid(site, line) if line.built > NEW_SINCE:
                yield self.finding(
                    context,
                    f"line:{line.id}",
                    f"“{line.title}”是新铺的独立线路",
                    field="built",
                    wrong=str(line.built),
                    site=site,
                )

    def _act(self, subject: Act, context: Context) -> Iterator[Finding]:
        for problem in objections(
            context.estate,
            subject.approval,
            kind=ApprovalKind.LEGACY,
            subject=f"lock:{subject.site}",
            day=context.today,
            by=frozenset({AuthorityKind.COMPETENT_OFFICE, AuthorityKind.LEADING_GROUP}),
        ):
            yield self.finding(
                context,
                f"lock:{subject.site}",
                f"封存清单没有有效的封存批准：{problem}",
                field="approval",
                wrong=subject.approval,
                right=f"approvals/ 里 kind: legacy、subject: lock:{subject.site} 的批准",
                site=subject.site,
            )

    def _sealed(self, subject: Sealed, context: Context) -> Iterator[Finding]:
        if subject.network.built > NEW_SINCE:
            yield self.finding(
                context,
                f"lock:{subject.site}",
                f"封存清单里有 {NEW_SINCE} 之后建成的网络 {subject.network.id}",
                field=f"networks[{subject.number}].built",
                wrong=str(subject.network.built),
                site=subject.site,
            )

    def _claimed(self, subject: Claimed, context: Context) -> Iterator[Finding]:
        claimed, reference = subject.network, f"legacy:{subject.network.id}"
        entry = context.estate.lock.sites.get(subject.site)
        sealed = next((row for row in entry.networks if row.id == claimed.id), None) if entry else None
        if sealed is None:
            yield self.finding(
                context,
                reference,
                f"“{claimed.title}”不在封存清单 legacy.lock 中，是新建的部门专网",
                field="id",
                wrong=claimed.id,
                site=subject.site,
            )
            return
        if claimed.built != sealed.built or claimed.department != sealed.department:
            yield self.finding(
                context,
                reference,
                "与封存清单所记不符，不是同一个网络",
                field="built" if claimed.built != sealed.built else "department",
                wrong=f"{claimed.department}，{claimed.built} 建成",
                right=f"{sealed.department}，{sealed.built} 建成；清单之外的网络不得建设",
                site=subject.site,
            )
        before = [ip_network(block) for block in sealed.ranges]
        for number, block in enumerate(claimed.ranges):
            if not inside(block, before):
                yield self.finding(
                    context,
                    reference,
                    "比封存时大，等于扩建专网",
                    field=f"ranges[{number}]",
                    wrong=block,
                    right=f"不超出 {'、'.join(sealed.ranges)}；新增用量在政务外网申请租户",
                    site=subject.site,
                )

    def _owner(self, subject: Owner, context: Context) -> Iterator[Finding]:
        tenant, quota = subject.tenant, subject.project.network_quota
        for item in fields(quota):
            if item.name not in _ALLOWED_OWN and getattr(quota, item.name) != 0:
                yield self.finding(
                    context,
                    tenant.declared_by,
                    f"租户项目的 {item.name} 配额不为零，部门可以自建网络",
                    wrong=str(getattr(quota, item.name)),
                    right="租户项目的网络、子网、路由器、浮动地址、共享策略和安全组配额一律为 0",
                    site=tenant.site,
                )
        for share in tenant.shares:
            if not _own(share, tenant):
                yield self.finding(
                    context,
                    tenant.declared_by,
                    "把网络或安全组共享给了别的项目，等于部门之间另建专网",
                    wrong=f"{share.object_id} → {share.project_id}",
                    right=f"只共享 {tenant.network.id}、{tenant.group.id} 给项目 {tenant.project_id}",
                    site=tenant.site,
                )


def _own(share: SharePlan, tenant: TenantPlan) -> bool:
    """Whether a share gives a tenant's project its own network or group, and nothing else to nobody else."""
    return share.project_id == tenant.project_id != names.OPERATOR_PROJECT and share.object_id in (
        tenant.network.id,
        tenant.group.id,
    )
