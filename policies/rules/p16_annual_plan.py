from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from infra.findings import Enforcement, Finding
from infra.model.enums import ApprovalKind, AuthorityKind, TenantState
from infra.model.governance import AnnualPlan
from policies.approvals import objections
from policies.projects import Undertaking, undertakings
from policies.rule import Context, Rule
from policies.sources import Article, Document


@dataclass(frozen=True, slots=True)
class Built:
    """A tenant or platform and the project that it names."""

    declared_by: str
    title: str
    site: str | None
    project: str | None
    applied: bool


Subject = AnnualPlan | Built | Undertaking


class AnnualPlanned(Rule[Subject]):
    """What is built belongs to a project, and a project to an entry of the annual plan of the year in which its construction starts.

    The entry must be the project's own: one that another unit was given pays for nothing else. For a tenant that is only applied for, the
    finding is advice, because nothing of it exists before it is active; one that is leaving costs nothing new. A plan is one only by the
    document that issued it.
    """

    id: ClassVar[str] = "P16"
    title: ClassVar[str] = "未列入年度计划的项目不得建设"
    article: ClassVar[Article] = Article(
        Document.HAINAN_2007, "四（四）", "未列入年度計劃的建設項目,省財政原則上不予安排資金"
    )
    right: ClassVar[str] = (
        "先列入当年的年度计划（plans/<年>.yaml），在 projects/ 登记项目并引用；确需当年建设的，"
        "由主管部门会同财政提出审核意见，报领导小组审批"
    )

    def subjects(self, context: Context) -> Iterable[Subject]:
        yield from context.estate.plans.values()
        for service in context.estate.services:
            yield Built(f"service:{service.id}", service.title, None, service.project, False)
        for site in context.estate.sites.values():
            for tenant in site.tenants:
                if tenant.state in (TenantState.APPLIED, TenantState.ACTIVE, TenantState.FROZEN):
                    applied = tenant.state is TenantState.APPLIED
                    yield Built(f"tenant:{tenant.id}", tenant.title, site.id, tenant.project, applied)
        yield from undertakings(context)

    def check(self, subject: Subject, context: Context) -> Iterator[Finding]:
        match subject:
            case AnnualPlan():
                yield from self._issued(subject, context)
            case Built(project=None):
                yield self.finding(
                    context,
                    subject.declared_by,
                    f"“{subject.title}”没有写由哪个项目建设",
                    field="project",
                    site=subject.site,
                    enforcement=Enforcement.ADVISORY if subject.applied else Enforcement.MANDATORY,
                )
            case Undertaking(entry=None):
                message = f"“{subject.project.title}”没有年度计划项目"
                yield self.finding(context, subject.reference, message, field="plan")
            case Undertaking():
                yield from self._entry(subject, context)

    def _issued(self, plan: AnnualPlan, context: Context) -> Iterator[Finding]:
        reference = f"plan:{plan.id}"
        for problem in objections(
            context.estate,
            plan.approval,
            kind=ApprovalKind.ANNUAL_PLAN,
            subject=reference,
            day=context.today,
            by=frozenset({AuthorityKind.COMPETENT_OFFICE, AuthorityKind.LEADING_GROUP}),
        ):
            yield self.finding(
                context,
                reference,
                f"{plan.year} 年的计划没有印发：{problem}",
                field="approval",
                wrong=plan.approval,
                right=f"approvals/ 里 kind: annual_plan、subject: {reference} 的批准",
            )

    def _entry(self, subject: Undertaking, context: Context) -> Iterator[Finding]:
        project, entry = subject.project, subject.entry
        if project.starts.year != subject.year:
            yield self.finding(
                context,
                subject.reference,
                f"引用的是 {subject.year} 年的计划，开工却在 {project.starts.year} 年",
                field="starts",
                wrong=str(project.starts),
                right=f"列入 {project.starts.year} 年的年度计划，或在 {subject.year} 年内开工",
            )
        if entry is not None and entry.owner != project.owner:
            yield self.finding(
                context,
                subject.reference,
                f"计划项目“{entry.title}”是给{entry.owner}的，不是给本项目的",
                field="owner",
                wrong=project.owner,
            )
