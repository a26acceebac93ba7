"""Projects with their money and papers: what tenants and platforms are built by, as whoever agrees to a change has to see it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from infra.model.estate import Estate
from infra.model.governance import AnnualPlan, Approval, BudgetLine, PlanEntry, Project


@dataclass(frozen=True, slots=True)
class PaperPlan:
    """A paper of a project as the approvals register has it; `expires` empty: it does not. `example`: nobody ever issued it."""

    kind: str
    number: str
    issuer: str
    issued: str
    expires: str
    example: bool


@dataclass(frozen=True, slots=True)
class WorkPlan:
    """A project. All money in yuan.

    `contractor`: who builds it, empty until somebody does. `year`, `entry`, `line`: its place in an annual plan (0 and empty without one).
    `left`: what the line still holds after all its projects have drawn their estimates; below zero, it does not suffice for all.
    """

    id: str
    title: str
    state: str
    owner: str
    contractor: str
    year: int
    entry: str
    line: str
    line_title: str
    estimate: int
    left: int
    papers: tuple[PaperPlan, ...]
    declared_by: str


def works(estate: Estate) -> tuple[WorkPlan, ...]:
    """All projects, by id."""
    places = {line.id: (plan, entry, line) for plan, entry, line in _lines(estate)}
    drawn: Counter[str] = Counter()
    for project in estate.projects.values():
        drawn[project.line or ""] += project.estimate
    return tuple(
        _work(estate, project, places.get(project.line or ""), drawn) for _, project in sorted(estate.projects.items())
    )


def _lines(estate: Estate) -> Iterator[tuple[AnnualPlan, PlanEntry, BudgetLine]]:
    return ((plan, entry, line) for plan in estate.plans.values() for entry in plan.entries for line in entry.lines)


def _work(
    estate: Estate, project: Project, place: tuple[AnnualPlan, PlanEntry, BudgetLine] | None, drawn: Counter[str]
) -> WorkPlan:
    plan, entry, line = place or (None, None, None)
    return WorkPlan(
        id=project.id,
        title=project.title,
        state=project.state.value,
        owner=project.owner,
        contractor=project.contractor or "",
        year=plan.year if plan else 0,
        entry=entry.id if entry else "",
        line=line.id if line else "",
        line_title=line.title if line else "",
        estimate=project.estimate,
        left=line.amount - line.spent - drawn[line.id] if line else 0,
        papers=tuple(
            _paper(estate, paper.label, estate.approvals[identity]) for paper, identity in project.papers.items()
        ),
        declared_by=f"project:{project.id}",
    )


def _paper(estate: Estate, kind: str, row: Approval) -> PaperPlan:
    issuer = estate.authority(row.issuer)
    return PaperPlan(
        kind=kind,
        number=row.number,
        issuer=issuer.title if issuer else row.issuer,
        issued=row.issued.isoformat(),
        expires=row.expires.isoformat() if row.expires else "",
        example=row.example,
    )
