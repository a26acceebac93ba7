from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from infra.blueprint.types import RulePlan, SitePlan, ZonePlan
from infra.findings import Finding
from infra.model.enums import ZoneKind
from policies.groups import ingress_rules
from policies.rule import Context, Rule
from policies.sources import Article, Document
from policies.space import inside


@dataclass(frozen=True, slots=True)
class Entrance:
    """An ingress rule and the zone that it opens."""

    site: SitePlan
    zone: ZonePlan
    rule: RulePlan


class ExposeInInternetZone(Rule[Entrance]):
    """Only the internet zone may be reached from outside the extranet; whoever may come from anywhere comes from outside."""

    id: ClassVar[str] = "P04"
    title: ClassVar[str] = "面向公众的入口只在互联网区"
    article: ClassVar[Article] = Article(Document.JIANGSU_2016, "三（二）5", "划分为公用网络区、专用网络区、互联网区等")
    right: ClassVar[str] = "入口放到互联网区，经安全数据交换区与内部各区交换；来源写区域，不写地址"

    def subjects(self, context: Context) -> Iterable[Entrance]:
        for site in context.blueprint.sites:
            for zone, rule in ingress_rules(site):
                yield Entrance(site, zone, rule)

    def check(self, subject: Entrance, context: Context) -> Iterator[Finding]:
        zone, rule = subject.zone, subject.rule
        if zone.kind is not ZoneKind.INTERNET_ACCESS and not inside(rule.remote, context.extranet):
            yield self.finding(
                context,
                rule.declared_by,
                f"{subject.site.title}{zone.title}向政务外网之外开放",
                wrong=f"{rule.remote or '任何地址'} → {rule.port_min}-{rule.port_max}/{rule.protocol}",
                site=subject.site.id,
            )
