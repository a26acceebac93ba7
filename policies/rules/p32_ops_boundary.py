from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from infra.blueprint.carried import TrunkPlan
from infra.blueprint.types import Blueprint, PermitPlan, SitePlan
from infra.findings import Finding
from infra.model.enums import Level
from policies.ports import ADMINISTRATION, span, touches
from policies.rule import Context, Rule
from policies.sources import Article, Document

_PROVINCIAL = frozenset({Level.PROVINCE, Level.DR})


@dataclass(frozen=True, slots=True)
class Operated:
    """Something at a site and who runs it; `sides`: of each operating body of a site, which sides it runs."""

    site: SitePlan
    declared_by: str
    title: str
    operator: str
    sides: Mapping[str, frozenset[str]]

    @property
    def owners(self) -> tuple[str, str]:
        """Whose consent it takes: of whoever is responsible at the site, and of whoever would run it instead."""
        of_the_site = self.site.owner if self.declared_by == self.site.declared_by else self.site.operator
        return of_the_site, self.operator


@dataclass(frozen=True, slots=True)
class Crossing:
    """A permission from one site to another, and the sides they are of."""

    permit: PermitPlan
    source: str
    target: str


class OpsBoundary(Rule[Operated | Crossing]):
    """The province runs what is its own, with the disaster recovery centre and the lines between sites; each city what is its own.

    A body that runs a site stands for its side. Contractors and departments that run no site may run things on either. Logging in to the
    other side's machines is running them: no flow between sites may carry a port of administration.
    """

    id: ClassVar[str] = "P32"
    title: ClassVar[str] = "省、市分级负责运维"
    article: ClassVar[Article] = Article(Document.JIANGSU_2016, "三（二）6", "电子政务外网采取省、市分级负责的方式运维")
    right: ClassVar[str] = "由本级的运维单位负责；确需对方代管的，由所属一方同意并登记例外"

    def subjects(self, context: Context) -> Iterable[Operated | Crossing]:
        sites = context.blueprint.sites
        sides = _sides(sites)
        for site in sites:
            yield Operated(site, site.declared_by, site.title, site.operator, sides)
            for tenant in site.tenants:
                if tenant.labels:
                    yield Operated(
                        site, tenant.declared_by, f"{site.title}的租户“{tenant.title}”", tenant.labels.operator, sides
                    )
            for service in site.services:
                yield Operated(
                    site, service.declared_by, f"{site.title}的平台“{service.title}”", service.operator, sides
                )
        for line, responsible in _lines(context.blueprint):
            yield Operated(responsible, line.declared_by, f"干线 {line.id}", line.operator, sides)
        of = {site.id: _side(site) for site in sites}
        for permit in context.blueprint.permits:
            source, target = of.get(permit.source[0], ""), of.get(permit.target[0], "")
            if source and target and source != target:
                yield Crossing(permit, source, target)

    def check(self, subject: Operated | Crossing, context: Context) -> Iterator[Finding]:
        match subject:
            case Operated():
                yield from self._operated(subject, context)
            case Crossing(permit, source, target):
                if touches(permit.protocol, permit.port_min, permit.port_max, ADMINISTRATION):
                    yield self.finding(
                        context,
                        permit.declared_by,
                        f"{'省级' if source == Level.PROVINCE else '市'}可以登录{'省级' if target == Level.PROVINCE else '市'}的设备",
                        field="ports",
                        wrong=span(permit.protocol, permit.port_min, permit.port_max),
                        right="跨级只传指标、事件和数据；登录由所属一级的堡垒机进行",
                        owners=(context.blueprint.site(site).operator for site in (permit.source[0], permit.target[0])),
                    )

    def _operated(self, subject: Operated, context: Context) -> Iterator[Finding]:
        site = subject.site
        if _elsewhere(subject):
            yield self.finding(
                context,
                subject.declared_by,
                f"{subject.title}由另一级或别的市的单位运维",
                field="operator",
                wrong=subject.operator,
                right=f"{site.operator}，或不负责别处的单位" if subject.declared_by != site.declared_by else "",
                site=context.estate.site_of(subject.declared_by),
                owners=subject.owners,
            )


def _elsewhere(subject: Operated) -> bool:
    """Whether the operator belongs to another side. A city that names the province's centre is at fault, not the province."""
    side, runs = _side(subject.site), subject.sides.get(subject.operator, frozenset())
    if subject.declared_by == subject.site.declared_by:
        return side != Level.PROVINCE and bool(runs - {side})
    return bool(runs) and side not in runs


def _side(site: SitePlan) -> str:
    """The province with its disaster recovery centre is one side, each city another."""
    return Level.PROVINCE if site.level in _PROVINCIAL else site.id


def _lines(blueprint: Blueprint) -> Iterator[tuple[TrunkPlan, SitePlan]]:
    """Every line of the backbone with the site whose it is: a city's within the city, the province's between sites."""
    sites = {site.id: site for site in blueprint.sites}
    places = {node.id: node.site for node in blueprint.backbone.nodes}
    province = next((site.id for site in blueprint.sites if site.level is Level.PROVINCE), "")
    for line in blueprint.backbone.trunks:
        one, other = places.get(line.a, ""), places.get(line.b, "")
        responsible = sites.get(one if one == other else province)
        if responsible is not None:  # a site that could not be derived has findings of its own
            yield line, responsible


def _sides(sites: Iterable[SitePlan]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for site in sites:
        found[site.operator].add(_side(site))
    return {operator: frozenset(sides) for operator, sides in found.items()}
