"""What a reviewer has to know of what a change touches, beyond what changes: whose it is, who builds and pays it, when it was last restored."""

from __future__ import annotations

from collections import defaultdict

from infra.blueprint.carried import ServicePlan, TenantLabels
from infra.blueprint.diff import Diff
from infra.blueprint.types import Blueprint, SitePlan, TenantPlan
from infra.blueprint.wording import paper, places, restored
from infra.blueprint.works import WorkPlan


class Background:
    """The things of the new version that a diff touches. What is new there has said everything of itself already."""

    def __init__(self, diff: Diff, head: Blueprint) -> None:
        self._head = head
        changed = (*diff.tenants, *diff.works, *diff.services)
        self._new = {row.subject for row in changed if row.whole}
        subjects = {row.subject.rpartition("/")[2] for row in (*diff.tenants, *diff.quotas, *diff.addresses)}
        flows = (*diff.tenant_flows_opened, *diff.tenant_flows_closed)
        touched = subjects | {row.declared_by.partition(":")[2] for row in flows}
        self._tenants = [(site, row) for site in head.sites for row in site.tenants if row.id in touched]
        platforms = {row.subject for row in diff.services}
        self._services = [
            (site, row) for site in head.sites for row in site.services if f"{site.id}/{row.id}" in platforms
        ]
        self._builders = {row.subject for row in diff.works}

    def tenants(self) -> list[str]:
        """Whose they are, how they are protected, when their data were last shown to come back."""
        return [_tenant(site, row) for site, row in self._tenants if row.id not in self._new]

    def services(self) -> list[str]:
        """As tenants; what is the same at several sites is said once."""
        sites: dict[str, list[str]] = defaultdict(list)
        for site, row in self._services:
            if f"{site.id}/{row.id}" not in self._new:
                sites[_service(site, row)].append(site.id)
        return [f"{text}，{places(names)}" for text, names in sites.items()]

    def works(self) -> list[str]:
        """Who builds what the change touches, and what the budget line still holds."""
        wanted = {f"project:{row.labels.project}" for _, row in self._tenants if row.labels}
        wanted |= {f"project:{row.project}" for _, row in self._services}
        wanted |= self._builders
        return [_work(row) for row in self._head.works if row.declared_by in wanted - self._new]

    def owners(self, diff: Diff) -> list[str]:
        """Who has to agree: whoever answers for either end of a flow from site to site that opens or closes."""
        ends = [(row.source[0], row.target[0]) for row in (*diff.flows_opened, *diff.flows_closed)]
        sites = {site for here, there in ends if here and there and here != there for site in (here, there)}
        return [f"{row.id} {row.title}：{row.owner}" for row in self._head.sites if row.id in sites]


def _tenant(site: SitePlan, tenant: TenantPlan) -> str:
    tested = {job.source: job.restored for job in site.backups}
    said = _said(tenant.labels) if tenant.labels else ""
    return f"现状 {tenant.id} {tenant.title}，{tenant.zone_id} 区{said}；恢复演练 {restored(tested.get(tenant.id))}"


def _service(site: SitePlan, service: ServicePlan) -> str:
    tested = {job.declared_by: job.restored for job in site.backups}
    bodies = f"主管 {service.owner}，运营 {service.operator}"
    protection = f"等保 {service.mlps_level} 级 {service.mlps_filing or '未备案'}，灾备 {service.dr_class} 级"
    last = f"恢复演练 {restored(tested[service.declared_by])}" if service.declared_by in tested else "不存数据"
    return f"现状 {service.id} {service.title}：{bodies}；{protection}；项目 {service.project or '未列'}；{last}"


def _said(labels: TenantLabels) -> str:
    bodies = f"；主管 {labels.owner}，运营 {labels.operator}，首席数据官 {labels.cio or '未登记'}"
    protection = f"等保 {labels.mlps_level} 级 {labels.mlps_filing or '未备案'}"
    data = f"数据 {labels.data_class}，{labels.state_secret or '没有涉密声明'}"
    return f"{bodies}；{protection}，{data}；项目 {labels.project or '未列'}"


def _work(work: WorkPlan) -> str:
    money = f"概算 {work.estimate} 元"
    if work.line:
        money += f"，{work.year} 年 {work.entry} 科目 {work.line_title}余额 {work.left} 元"
    papers = "；".join(f"{row.kind} {paper(row)}" for row in work.papers)
    return f"现状 {work.id} {work.title}：主管 {work.owner}，承建 {work.contractor or '未登记'}；{money}；{papers or '没有批准文件'}"
