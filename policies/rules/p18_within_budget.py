from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from infra.findings import Finding
from infra.model.governance import BudgetLine, Project
from policies.rule import Context, Rule
from policies.sources import Article, Document


@dataclass(frozen=True, slots=True)
class Account:
    """A budget line, where it is written, and the projects that draw on it, in the order in which they start."""

    declared_by: str
    field: str
    line: BudgetLine
    projects: tuple[Project, ...]


class WithinBudget(Rule[Account]):
    """The estimates of all projects of a budget line together stay within what is left of it.

    Who starts first draws first; each project that no longer fits is named, because it is that one which needs the consent of the finance
    authority. A line from which more has been spent than it holds is named itself. All figures are in yuan.
    """

    id: ClassVar[str] = "P18"
    title: ClassVar[str] = "投资概算不超过预算科目余额"
    article: ClassVar[Article] = Article(
        Document.JIANGSU_2016, "四（二）", "将电子政务外网建设所需经费纳入财政预算，强化资金保障"
    )
    right: ClassVar[str] = "压缩概算，或由财政部门批准调整 plans/<年>.yaml 的预算科目"

    def subjects(self, context: Context) -> Iterable[Account]:
        drawing: dict[str, list[Project]] = defaultdict(list)
        for project in context.estate.projects.values():
            drawing[project.line or ""].append(project)
        for plan in context.estate.plans.values():
            for number, entry in enumerate(plan.entries):
                for index, line in enumerate(entry.lines):
                    rows = sorted(drawing[line.id], key=lambda row: (row.starts, row.id))
                    yield Account(f"plan:{plan.id}", f"entries[{number}].lines[{index}]", line, tuple(rows))

    def check(self, subject: Account, context: Context) -> Iterator[Finding]:
        line = subject.line
        left = line.amount - line.spent
        if left < 0:
            yield self.finding(
                context,
                subject.declared_by,
                f"科目“{line.title}”已支出的超过了安排的",
                field=f"{subject.field}.spent",
                wrong=f"{line.spent} 元",
                right=f"不超过 {line.amount} 元；超支由财政部门处理",
            )
        left = max(left, 0)
        for project in subject.projects:
            if project.estimate > left:
                yield self.finding(
                    context,
                    f"project:{project.id}",
                    f"“{project.title}”的概算超过科目“{line.title}”的余额 {left} 元",
                    field="estimate",
                    wrong=f"{project.estimate} 元",
                )
            else:
                left -= project.estimate
