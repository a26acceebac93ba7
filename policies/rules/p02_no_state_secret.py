from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from infra.findings import Finding
from infra.model.estate import SiteEstate
from policies.rule import Context, Rule
from policies.sources import Article, Document

_MARK = re.compile(r"(?<![非不无])涉密|国家秘密|绝密|机密|秘密级")
"""Marks of classified matter; 「非涉密」 and 「不涉密」 say the opposite."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What is declared of something whether it involves state secrets; `None`: nothing."""

    declared_by: str
    title: str
    secret: bool | None
    site: str


@dataclass(frozen=True, slots=True)
class Name:
    """The title of something that runs, or shall run, on the extranet."""

    declared_by: str
    words: str
    site: str | None


class NoStateSecret(Rule[Statement | Name]):
    """Nothing that involves state secrets is on the extranet: every tenant states that it does not, and no name says otherwise.

    A statement that was not made is not taken for made. An application that involves state secrets may not even be declared here.
    """

    id: ClassVar[str] = "P02"
    title: ClassVar[str] = "涉密不上网、上网不涉密"
    article: ClassVar[Article] = Article(Document.JIANGSU_2007, "三（四）", "涉密不上网、上网不涉密")
    right: ClassVar[str] = "从这里删去；涉密系统报保密部门审批，在政务外网之外建设，没有例外"

    def subjects(self, context: Context) -> Iterable[Statement | Name]:
        for site in context.estate.sites.values():
            for tenant in site.tenants:
                yield Statement(f"tenant:{tenant.id}", tenant.title, tenant.state_secret, site.id)
            for application in site.facilities.applications:
                reference = f"application:{application.id}"
                yield Statement(reference, application.title, application.state_secret, site.id)
            yield from _names(site)
        for service in context.estate.services:
            yield Name(f"service:{service.id}", service.title, None)
        for project in context.estate.projects.values():
            yield Name(f"project:{project.id}", project.title, None)
        for vpn in context.estate.vpns:
            yield Name(f"vpn:{vpn.id}", vpn.title, None)

    def check(self, subject: Statement | Name, context: Context) -> Iterator[Finding]:
        match subject:
            case Statement(reference, title, True, site):
                yield self.finding(
                    context, reference, f"“{title}”涉及国家秘密", field="state_secret", wrong="true", site=site
                )
            case Statement(reference, title, None, site):
                yield self.finding(
                    context,
                    reference,
                    f"“{title}”没有声明是否涉及国家秘密",
                    field="state_secret",
                    wrong="没有声明",
                    right="由申请单位确认后写 state_secret: false；涉密的不得接入",
                    site=site,
                )
            case Name(reference, words, site) if mark := _MARK.search(words):
                yield self.finding(
                    context, reference, f"名称里有“{mark[0]}”字样", field="title", wrong=words, site=site
                )


def _names(site: SiteEstate) -> Iterator[Name]:
    for tenant in site.tenants:
        yield Name(f"tenant:{tenant.id}", tenant.title, site.id)
    for sort, rows in site.facilities.sorts().values():
        for row in rows:
            yield Name(f"{sort}:{row.id}", row.title, site.id)
