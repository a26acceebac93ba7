"""Projects as the rules of money and approval see them: which are under way, which are in use, and whether a paper holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from infra.model.enums import ApprovalKind, AuthorityKind, Paper, ProjectState, TenantState
from infra.model.governance import PlanEntry, Project
from policies.approvals import objections
from policies.rule import Context


@dataclass(frozen=True, slots=True)
class Undertaking:
    """A project, its entry in an annual plan, and whether something built by it is in use already, whatever the project says of itself."""

    project: Project
    entry: PlanEntry | None
    year: int
    used: bool

    @property
    def reference(self) -> str:
        return f"project:{self.project.id}"

    @property
    def in_use(self) -> bool:
        return self.used or self.project.state is ProjectState.LIVE

    @property
    def under_way(self) -> bool:
        return self.in_use or self.project.state is ProjectState.BUILDING

    @property
    def key(self) -> bool:
        """Whether it is a key system (重点业务系统). The plan says so; one outside every plan is judged as if it were."""
        return self.entry is None or self.entry.key


def undertakings(context: Context) -> Iterator[Undertaking]:
    """All projects, sorted by id. `year`: of the plan whose entry it cites, 0 without one."""
    estate = context.estate
    entries = {entry.id: (entry, plan.year) for plan in estate.plans.values() for entry in plan.entries}
    used = {row.project for site in estate.sites.values() for row in site.tenants if row.state is TenantState.ACTIVE}
    for identity, project in sorted(estate.projects.items()):
        entry, year = entries.get(project.plan or "", (None, 0))
        yield Undertaking(project, entry, year, identity in used)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a paper of a project, and the value that is wrong."""

    paper: Paper
    message: str
    wrong: str = ""


_EXAMINERS = frozenset({AuthorityKind.DRC, AuthorityKind.FINANCE})
ISSUERS: Mapping[Paper, frozenset[AuthorityKind]] = {
    Paper.REVIEW: frozenset({AuthorityKind.COMPETENT_OFFICE}),
    Paper.LEADING_GROUP: frozenset({AuthorityKind.LEADING_GROUP}),
    Paper.DRC: frozenset({AuthorityKind.DRC}),
    Paper.FILING: frozenset({AuthorityKind.COMPETENT_OFFICE}),
    Paper.FEASIBILITY: _EXAMINERS,
    Paper.DESIGN: _EXAMINERS,
    Paper.ESTIMATE: _EXAMINERS,
    Paper.TENDER: frozenset({AuthorityKind.COMPETENT_OFFICE}),
    Paper.ACCEPTANCE: frozenset({AuthorityKind.COMPETENT_OFFICE}),
}
"""Who issues which paper (documents 001, two (6); 003, four (4); 004, four (2))."""


def faults(undertaking: Undertaking, wanted: Iterable[Paper], context: Context) -> Iterator[Fault]:
    """Papers that are wanted and not there, that cite what does not carry them, or that are one document for two."""
    seen: dict[str, Paper] = {}
    for paper in wanted:
        cited = undertaking.project.papers.get(paper)
        if cited is None:
            yield Fault(paper, f"缺{paper.label}")
            continue
        for objection in objections(
            context.estate,
            cited,
            kind=ApprovalKind.PROJECT,
            subject=undertaking.reference,
            day=context.today,
            by=ISSUERS[paper],
        ):
            yield Fault(paper, f"{paper.label}不成立：{objection}", cited)
        if cited in seen:
            yield Fault(paper, f"{paper.label}与{seen[cited].label}是同一份文件", cited)
        seen.setdefault(cited, paper)


def disorder(undertaking: Undertaking, order: tuple[Paper, ...], context: Context) -> Iterator[Fault]:
    """Papers that are older than the one they must follow."""
    papers, approvals = undertaking.project.papers, context.estate.approvals
    there = [paper for paper in order if paper in papers]
    for before, after in pairwise(there):
        first, second = approvals[papers[before]], approvals[papers[after]]
        if second.issued < first.issued:
            yield Fault(after, f"{after.label}早于{before.label}（{first.issued}）", str(second.issued))
