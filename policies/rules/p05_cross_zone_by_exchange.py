from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from infra.blueprint.types import RulePlan, SitePlan, ZonePlan
from infra.findings import Finding
from infra.model.enums import ZoneKind
from infra.model.flow import INTERNET
from infra.model.service import Service, Step
from infra.model.tenant import Egress, Ingress
from policies.groups import rules
from policies.ports import span
from policies.rule import Context, Rule
from policies.sources import Article, Document
from policies.space import meets

_INNER = frozenset({ZoneKind.PUBLIC_SHARED, ZoneKind.DEDICATED, ZoneKind.DR_BACKUP})
"""Where the departments' business and its copies are."""

_OUTER = frozenset({INTERNET, ZoneKind.INTERNET_ACCESS})


@dataclass(frozen=True, slots=True)
class Opening:
    """The inner half of a permission: without one nothing passes, whatever the internet zone permits on its side."""

    site: SitePlan
    zone: ZonePlan
    rule: RulePlan


@dataclass(frozen=True, slots=True)
class Hop:
    """One hop of a platform's own flow."""

    service: Service
    number: int
    step: Step


class CrossZoneByExchange(Rule[Opening | Hop]):
    """Between the internet zone and the inner zones there is no direct connection, in neither direction: 前置 → 交换 → 办理 → 交换 → 前置.

    「外网」 is read as the internet zone, 「内网」 as the extranet behind it. Judged are the security-group rules of the inner zones
    and their tenants, by the addresses that they let in or out, so that a standing flow, a tenant's flow and a mistake of the
    compiler look the same; and the hops that platforms declare. The management zones and secure access are no business zones: who
    may enter them is P33's.
    """

    id: ClassVar[str] = "P05"
    title: ClassVar[str] = "互联网区与内部各区只经安全数据交换区往来"
    article: ClassVar[Article] = Article(Document.JIANGSU_2007, "二（二）1", "外网受理、内网办理、外网反馈")
    right: ClassVar[str] = (
        "拆成两段，都经 data_exchange：internet_access → data_exchange → 内部区，结果按原路返回；确需直连的，经评估和主管部门批准后登记例外"
    )

    def subjects(self, context: Context) -> Iterable[Opening | Hop]:
        for site in context.blueprint.sites:
            for zone, rule in rules(site):
                if zone.kind in _INNER:
                    yield Opening(site, zone, rule)
        for service in context.estate.services:
            for number, step in enumerate(service.flows):
                yield Hop(service, number, step)

    def check(self, subject: Opening | Hop, context: Context) -> Iterator[Finding]:
        match subject:
            case Opening():
                yield from self._opening(subject, context)
            case Hop(service, number, step):
                if (step.source in _OUTER and step.target in _INNER) or (
                    step.source in _INNER and step.target in _OUTER
                ):
                    yield self.finding(
                        context,
                        f"service:{service.id}",
                        f"平台“{service.title}”的业务流向绕过了交换区",
                        field=f"flows[{number}]",
                        wrong=f"{step.source} → {step.target.value}",
                    )

    def _opening(self, subject: Opening, context: Context) -> Iterator[Finding]:
        rule, inner = subject.rule, subject.zone.kind.label
        if not meets(rule.remote, context.blocks[ZoneKind.INTERNET_ACCESS]):
            return
        outer = ZoneKind.INTERNET_ACCESS.label
        source, target = (outer, inner) if rule.direction == "ingress" else (inner, outer)
        # A standing flow is one mistake, however many sites and tenants it reaches.
        standing = rule.declared_by.startswith("flow:")
        yield self.finding(
            context,
            rule.declared_by,
            f"{source}直接通到{target}，没有经过交换区",
            field="to" if standing else _tenant_field(subject, context),
            wrong=f"{source} → {target}，{span(rule.protocol, rule.port_min, rule.port_max)}",
            site=None if standing else subject.site.id,
        )


def _tenant_field(subject: Opening, context: Context) -> str:
    """Which of a tenant's flows a rule comes from: the first that joins the two zones on these ports."""
    rule, reference = subject.rule, subject.rule.declared_by
    ports = span(rule.protocol, rule.port_min, rule.port_max)
    site = context.estate.sites[subject.site.id]
    for tenant in site.tenants:
        if f"tenant:{tenant.id}" != reference:
            continue
        declared: tuple[tuple[str, tuple[Ingress | Egress, ...]], ...] = (
            ("ingress", tenant.flows.ingress),
            ("egress", tenant.flows.egress),
        )
        for name, rows in declared:
            for number, row in enumerate(rows):
                kinds = {zone.kind for zone in site.zones if zone.id in (row.zone, tenant.zone)}
                if ZoneKind.INTERNET_ACCESS in kinds and kinds & _INNER and ports in row.ports:
                    return f"flows.{name}[{number}]"
    return ""
