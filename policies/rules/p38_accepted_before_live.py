from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from infra.findings import Finding
from infra.model.enums import Paper
from policies.projects import Undertaking, disorder, faults, undertakings
from policies.rule import Context, Rule
from policies.sources import Article, Document

ALWAYS = (Paper.TENDER, Paper.ACCEPTANCE)
KEY = (Paper.FEASIBILITY, Paper.DESIGN, Paper.ESTIMATE)
"""What the development and finance authorities examine (document 004, four (2): 可行性研究、初步设计和投资概算的审核关)."""


class AcceptedBeforeLive(Rule[Undertaking]):
    """What is in use has been accepted, and the result of its tender was filed before; a key system has its three examinations besides.

    In use is a project that says so, and any project of which an active tenant is part. The papers follow each other in
    this order: feasibility, design, estimate, tender, acceptance.
    """

    id: ClassVar[str] = "P38"
    title: ClassVar[str] = "验收之后才能启用"
    article: ClassVar[Article] = Article(
        Document.HAINAN_2007, "四（四）", "年度計劃、方案審核、中標結果備案、項目驗收以及項目建設全過程的監督和評估"
    )
    right: ClassVar[str] = (
        "办完手续并登记到 approvals/（kind: project，subject 写本项目），在 papers 引用后再启用；租户在此之前保持 state: applied"
    )

    def subjects(self, context: Context) -> Iterable[Undertaking]:
        return undertakings(context)

    def check(self, subject: Undertaking, context: Context) -> Iterator[Finding]:
        if not subject.in_use:
            return
        wanted = (*KEY, *ALWAYS) if subject.key else ALWAYS
        for fault in (*faults(subject, wanted, context), *disorder(subject, (*KEY, *ALWAYS), context)):
            yield self.finding(
                context,
                subject.reference,
                f"“{subject.project.title}”已启用，{fault.message}",
                field=f"papers.{fault.paper.value}",
                wrong=fault.wrong,
            )
