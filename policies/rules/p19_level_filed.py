from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from infra.findings import Finding
from infra.model.enums import ProjectState, TenantState
from policies.rule import Context, Rule
from policies.sources import Article, Document
from policies.words import says_nothing

LONGEST = timedelta(days=366)
"""A level-3 system is assessed every year (general practice, to be confirmed)."""


@dataclass(frozen=True, slots=True)
class Graded:
    """A system in use: its level, its filing and its last assessment, and the fields they are written in."""

    declared_by: str
    title: str
    site: str | None
    level: int
    filing: str | None
    assessed: date | None
    fields: tuple[str, str]


class LevelFiled(Rule[Graded]):
    """A system in use of level 2 or more is filed, and one of level 3 was assessed within the last twelve months.

    That every system has a level is a matter of shape: reading refuses one without. In use is an active tenant, and a platform whose
    project is live. An assessment to come is none yet.
    """

    id: ClassVar[str] = "P19"
    title: ClassVar[str] = "等级保护定级、备案、测评齐全"
    article: ClassVar[Article] = Article(Document.HAINAN_2007, "四（五）", "在科學評估的基礎上實行等級保護制度")
    right: ClassVar[str] = "二级以上办理备案并写备案号（filing），三级每年测评一次并写测评日期（assessed）"

    def subjects(self, context: Context) -> Iterable[Graded]:
        for site in context.estate.sites.values():
            for tenant in site.tenants:
                if tenant.state is TenantState.ACTIVE:
                    mlps, fields = tenant.mlps, ("mlps.filing", "mlps.assessed")
                    reference = f"tenant:{tenant.id}"
                    yield Graded(reference, tenant.title, site.id, mlps.level, mlps.filing, mlps.assessed, fields)
        for service in context.estate.services:
            project = context.estate.projects.get(service.project or "")
            if project is not None and project.state is ProjectState.LIVE:
                said = service.mlps_level, service.mlps_filing, service.mlps_assessed
                yield Graded(f"service:{service.id}", service.title, None, *said, ("mlps_filing", "mlps_assessed"))

    def check(self, subject: Graded, context: Context) -> Iterator[Finding]:
        filing, assessed = subject.fields
        if subject.level >= 2 and says_nothing(subject.filing):
            yield self.finding(
                context,
                subject.declared_by,
                f"“{subject.title}”是 {subject.level} 级，已启用而没有备案",
                field=filing,
                wrong=subject.filing or "",
                site=subject.site,
            )
        if subject.level < 3:
            return
        if subject.assessed is None or subject.assessed > context.today:
            message = f"“{subject.title}”是三级，已启用而没有测评过"
        elif context.today - subject.assessed > LONGEST:
            message = f"“{subject.title}”是三级，上次测评已超过十二个月"
        else:
            return
        yield self.finding(
            context,
            subject.declared_by,
            message,
            field=assessed,
            wrong=str(subject.assessed or ""),
            site=subject.site,
        )
