from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from infra.findings import Finding
from policies.rule import Context, Rule
from policies.sources import Article, Document

_INTRANET = re.compile(r"政务内网|党政内网|涉密(?:内)?网|机要网|intranet", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Edge:
    """Words with which something that joins two networks says what it joins."""

    declared_by: str
    field: str
    words: str
    site: str | None


class NoIntranetLink(Rule[Edge]):
    """The intranet exists in the model only as a forbidden neighbour: no flow, line, exit or old network may name it as an end.

    Structure can say nothing else: ends of flows are a closed list, and a route out of the address plan is P03's.
    """

    id: ClassVar[str] = "P01"
    title: ClassVar[str] = "政务外网与政务内网之间不得有任何连接"
    article: ClassVar[Article] = Article(Document.GUANGDONG_2003, "二（一）", "政务内网与政务外网、互联网之间物理隔离")
    right: ClassVar[str] = "删去这条连接；涉密业务在本系统之外，由保密部门审批的涉密系统承担，没有例外"

    def subjects(self, context: Context) -> Iterable[Edge]:
        for flow in context.estate.flows:
            yield Edge(f"flow:{flow.id}", "purpose", flow.purpose, None)
            yield Edge(f"flow:{flow.id}", "id", flow.id, None)
        for site in context.estate.sites.values():
            if site.site.internet_egress:
                yield Edge(f"site:{site.id}", "internet_egress.carrier", site.site.internet_egress.carrier, site.id)
            for tenant in site.tenants:
                reference = f"tenant:{tenant.id}"
                for number, inward in enumerate(tenant.flows.ingress):
                    yield Edge(reference, f"flows.ingress[{number}].purpose", inward.purpose, site.id)
                for number, outward in enumerate(tenant.flows.egress):
                    yield Edge(reference, f"flows.egress[{number}].purpose", outward.purpose, site.id)
            for network in site.legacy:
                yield Edge(f"legacy:{network.id}", "title", network.title, site.id)
            for line in site.facilities.lines:
                yield Edge(f"line:{line.id}", "title", line.title, site.id)
                yield Edge(f"line:{line.id}", "place", line.place, site.id)
            for endpoint in site.facilities.remote_endpoints:
                yield Edge(f"endpoint:{endpoint.id}", "title", endpoint.title, site.id)

    def check(self, subject: Edge, context: Context) -> Iterator[Finding]:
        if match := _INTRANET.search(subject.words):
            yield self.finding(
                context,
                subject.declared_by,
                f"这里写的是通往“{match[0]}”的连接",
                field=subject.field,
                wrong=subject.words,
                site=subject.site,
            )
