from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from infra.findings import Finding
from infra.model.enums import Paper
from policies.projects import Undertaking, disorder, faults, undertakings
from policies.rule import Context, Rule
from policies.sources import Article, Document

KEY_CHAIN = (Paper.REVIEW, Paper.LEADING_GROUP, Paper.DRC)
"""Review first, then the leading group, then the planning authority: each decides on what the one before has passed."""

OTHERS = (Paper.DRC, Paper.FILING)
"""Approved by the planning authority, and at the same time filed with the competent office."""


class ApprovalChain(Rule[Undertaking]):
    """A key system is reviewed, approved and examined in this order before it is built; any other is examined and its scheme is filed.

    A project that is only planned needs nothing yet, but what it cites must be what it says. One that an active tenant already uses is
    being built, whatever it says of itself. The numbers are entries of approvals/ of kind `project` that name this project; one
    document is not two decisions.
    """

    id: ClassVar[str] = "P17"
    title: ClassVar[str] = "项目审批手续齐全"
    article: ClassVar[Article] = Article(
        Document.GUANGDONG_2003,
        "二（六）",
        "经信息化主管部门初审，报同级政府信息化领导小组批准同意后，由计划部门办理基建审批手续",
    )
    right: ClassVar[str] = (
        "重点业务系统依次办初审（review）、领导小组批准（leading_group）、计划部门审批（drc）；其他项目办计划部门审批（drc）"
        "和实施方案备案（filing）；登记到 approvals/（kind: project，subject 写本项目）后在 papers 引用"
    )

    def subjects(self, context: Context) -> Iterable[Undertaking]:
        return undertakings(context)

    def check(self, subject: Undertaking, context: Context) -> Iterator[Finding]:
        chain = KEY_CHAIN if subject.key else OTHERS
        wanted = dict.fromkeys((*(chain if subject.under_way else ()), *subject.project.papers))
        sort = "重点业务系统" if subject.key else "项目"
        order = KEY_CHAIN if subject.key else ()
        for fault in (*faults(subject, wanted, context), *disorder(subject, order, context)):
            yield self.finding(
                context,
                subject.reference,
                f"{sort}“{subject.project.title}”{fault.message}",
                field=f"papers.{fault.paper.value}",
                wrong=fault.wrong,
            )
