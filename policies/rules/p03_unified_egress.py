from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import ClassVar

from infra.blueprint.types import ExternalPlan, RoutePlan, RouterPlan, RulePlan, SitePlan, ZonePlan
from infra.findings import Finding
from infra.model.enums import ApprovalKind, AuthorityKind, ZoneKind
from policies.approvals import objections
from policies.groups import egress_rules
from policies.rule import Context, Rule
from policies.sources import Article, Document
from policies.space import inside


@dataclass(frozen=True, slots=True)
class Exit:
    """Something that may lead out of the extranet, and the zone it stands in (an external network stands in none)."""

    site: SitePlan
    zone: ZonePlan | None
    what: RouterPlan | ExternalPlan | RulePlan


class UnifiedEgress(Rule[Exit]):
    """Out of the extranet leads only a registered exit, and only from the internet zone.

    What leads out is judged by meaning: any destination beyond the address plan, be it 0.0.0.0/0, two halves of it or a single public
    block. A self-built, logically isolated exit is legal, and is registered like the unified one.
    """

    id: ClassVar[str] = "P03"
    title: ClassVar[str] = "出互联网只经登记的统一出口"
    article: ClassVar[Article] = Article(
        Document.GUANGDONG_2003, "二（一）", "必须采用逻辑隔离的方式建设互联网出口或经省统一出口连接互联网"
    )
    right: ClassVar[str] = (
        "业务前置放到互联网区，经登记的统一出口（site.yaml 的 internet_egress 或 egress_via）出互联网"
    )

    def subjects(self, context: Context) -> Iterable[Exit]:
        for site in context.blueprint.sites:
            if site.cloud.external:
                yield Exit(site, None, site.cloud.external)
            for zone in site.zones:
                yield Exit(site, zone, zone.router)
            for zone, rule in egress_rules(site):
                yield Exit(site, zone, rule)

    def check(self, subject: Exit, context: Context) -> Iterator[Finding]:
        match subject.what:
            case ExternalPlan() as external:
                yield from self._registration(subject.site, external, context)
            case RouterPlan() as router if subject.zone:
                yield from self._router(subject.site, subject.zone, router, context)
            case RulePlan() as rule if subject.zone:
                outward = not inside(rule.remote, context.extranet)
                if outward and subject.zone.kind is not ZoneKind.INTERNET_ACCESS:
                    yield self.finding(
                        context,
                        rule.declared_by,
                        f"{subject.site.title}{subject.zone.title}的安全组规则放行到政务外网之外",
                        wrong=rule.remote or "任何地址",
                        site=subject.site.id,
                    )

    def _registration(self, site: SitePlan, external: ExternalPlan, context: Context) -> Iterator[Finding]:
        for problem in objections(
            context.estate,
            external.registration,
            kind=ApprovalKind.INTERNET_EGRESS,
            subject=f"site:{site.id}",
            day=context.today,
            by=frozenset({AuthorityKind.COMPETENT_OFFICE}),
        ):
            yield self.finding(
                context,
                external.declared_by,
                f"{site.title}的互联网出口：{problem}",
                field="internet_egress.approval",
                wrong=external.registration,
                right="先由主管部门批准，登记到 approvals/（kind: internet_egress，subject 写本站点），再引用",
                site=site.id,
            )

    def _router(self, site: SitePlan, zone: ZonePlan, router: RouterPlan, context: Context) -> Iterator[Finding]:
        if router.external_id and (zone.kind is not ZoneKind.INTERNET_ACCESS or site.cloud.external is None):
            yield self.finding(
                context,
                router.declared_by,
                f"{site.title}{zone.title}的路由器直接接在外部网络上",
                wrong=router.external_id,
                site=site.id,
            )
        for route in router.routes:
            if inside(route.destination, context.extranet):
                continue
            if zone.kind is not ZoneKind.INTERNET_ACCESS or not _leads_to_exit(route, context):
                yield self.finding(
                    context,
                    _reason(route),
                    f"{site.title}{zone.title}有一条通往政务外网之外、不经登记出口的路由",
                    wrong=f"{route.destination} 经 {route.next_hop}",
                    site=site.id,
                )


def _leads_to_exit(route: RoutePlan, context: Context) -> bool:
    """Whether the next hop is a router of an internet zone that stands on a registered external network."""
    hop = ip_address(route.next_hop)
    if ip_network(route.destination).version != 4:
        return False  # a registered exit translates IPv4; there is none for IPv6
    exits = (
        leg.addresses.v4
        for site in context.blueprint.sites
        if site.cloud.external
        for zone in site.zones
        if zone.kind is ZoneKind.INTERNET_ACCESS and zone.router.external_id
        for leg in zone.router.legs
    )
    return any(ip_address(address) == hop for address in exits)


def _reason(route: RoutePlan) -> str:
    """The first flow that asks for a route; a tenant's own flows name the tenant."""
    first = route.flows[0]
    return first if ":" in first else f"flow:{first}"
