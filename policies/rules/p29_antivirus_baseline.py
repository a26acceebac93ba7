from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import ClassVar

from infra.blueprint.types import SitePlan
from infra.findings import Enforcement, Finding
from infra.model.enums import Capability, Protection
from infra.model.service import Service
from policies.rule import Context, Rule
from policies.sources import Article, Document

REMEDY_BY = date(2027, 6, 30)
"""From this day on a machine without its protection blocks. The document names no day: a proposal."""


class AntivirusBaseline(Rule[Service | SitePlan]):
    """Every machine is hardened and has antivirus, and every site with machines has the antivirus service that feeds them.

    「在市级网络平台建立网络防病毒系统」 asks for a system of the network, not for a product on some machines. Machines have the
    protection by construction; what is declared to be without it is to be mended by a date.
    """

    id: ClassVar[str] = "P29"
    title: ClassVar[str] = "机器都有防病毒和安全加固"
    article: ClassVar[Article] = Article(Document.SUZHOU_ANHUI, "三（五）", "在市级网络平台建立网络防病毒系统")
    right: ClassVar[str] = "删去 without 里的这一项；确实装不了的，经主管部门批准登记例外"

    def subjects(self, context: Context) -> Iterable[Service | SitePlan]:
        yield from (row for row in context.estate.services if row.machines)
        yield from (site for site in context.blueprint.sites if site.hosts)

    def check(self, subject: Service | SitePlan, context: Context) -> Iterator[Finding]:
        match subject:
            case Service():
                yield from self._declared(subject, context)
            case SitePlan():
                yield from self._site(subject, context)

    def _declared(self, service: Service, context: Context) -> Iterator[Finding]:
        for number, part in enumerate(service.machines):
            for index, lacking in enumerate(part.without):
                yield self.finding(
                    context,
                    f"service:{service.id}",
                    f"“{service.title}”的 {part.capability.value} 没有{lacking.label}",
                    field=f"machines[{number}].without[{index}]",
                    wrong=lacking.value,
                    enforcement=Enforcement.BY_DATE,
                    due=REMEDY_BY,
                )

    def _site(self, site: SitePlan, context: Context) -> Iterator[Finding]:
        """Somebody feeds the antivirus of the site, and no machine lost its protection on the way from the declaration."""
        if not any(row.capability == Capability.ANTIVIRUS for row in site.hosts):
            yield self.finding(
                context,
                site.declared_by,
                f"{site.title}没有网络防病毒系统，{len(site.hosts)} 台机器得不到更新",
                right="在安全管理区部署能力为 antivirus 的机器（services.yaml）",
                site=site.id,
                enforcement=Enforcement.BY_DATE,
                due=REMEDY_BY,
            )
        declared = {
            (f"service:{row.id}", part.capability.value): len(set(part.without))
            for row in context.estate.services
            for part in row.machines
        }
        for host in site.hosts:
            if len(host.protection) + declared[host.declared_by, host.capability] < len(Protection):
                yield self.finding(
                    context,
                    host.declared_by,
                    f"{site.title}的机器 {host.id} 没有声明就少了防护",
                    wrong="、".join(host.protection) or "一项也没有",
                    right="、".join(row.value for row in Protection),
                    site=site.id,
                    enforcement=Enforcement.BY_DATE,
                    due=REMEDY_BY,
                )
