from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from infra.blueprint.types import RulePlan, SitePlan, ZonePlan
from infra.findings import Finding
from infra.model.enums import TenantState, ZoneKind
from policies.groups import rules
from policies.ports import ADMINISTRATION, CONTROL, STORES, meant, touches, width
from policies.rule import Context, Rule
from policies.sources import Article, Document
from policies.space import inside
from policies.words import says_nothing

WIDEST = 1024
"""More ports than this for one source is everything (a proposal)."""

LONGEST = timedelta(days=3 * 366)
"""A tenant's flow ends within the three years for which its addresses are planned (a proposal): an end nobody will see is none."""

_OPENED = (TenantState.APPLIED, TenantState.ACTIVE)
_MANAGERS = (ZoneKind.OPS_MGMT, ZoneKind.SECURE_ACCESS)
"""From where machines may be administered."""


@dataclass(frozen=True, slots=True)
class Opening:
    """All rules of a group for one direction and one remote side."""

    site: SitePlan
    zone: ZonePlan
    rules: tuple[RulePlan, ...]


@dataclass(frozen=True, slots=True)
class Permission:
    """A declared flow. `standing`: of the province's own list, which holds until the list is changed."""

    declared_by: str
    field: str
    site: str | None
    standing: bool
    purpose: str
    expires: date | None


class DefaultDeny(Rule[Opening | Permission]):
    """What passes was asked for: bounded ports, a purpose that says something, an end; administration only from where administrators are.

    Rules are judged by what they let through: no port is every port, a protocol that is not named is both, ranges of one source count
    together. Every rule stands on a declared flow. The standing flows are the province's own provision and end when they say so; what a
    tenant asks for must end, and what has ended must be gone.
    """

    id: ClassVar[str] = "P22"
    title: ClassVar[str] = "默认拒绝，按需开放"
    article: ClassVar[Article] = Article(
        Document.JIANGSU_2016,
        "三（二）5",
        "按照《国家电子政务外网安全等级保护实施指南》的要求，建立电子政务外网安全保障体系，完善安全管理制度",
    )
    right: ClassVar[str] = (
        "只开放业务要用的端口，写明用途（purpose）和到期日（expires）；管理端口只对运维管理区和安全接入区开放；"
        "确需临时放宽的，经主管部门批准，不超过三十天"
    )

    def subjects(self, context: Context) -> Iterable[Opening | Permission]:
        for site in context.blueprint.sites:
            grouped: dict[tuple[str, str, str], list[tuple[ZonePlan, RulePlan]]] = defaultdict(list)
            for zone, rule in rules(site):
                grouped[rule.group_id, rule.direction, rule.remote].append((zone, rule))
            for found in grouped.values():
                yield Opening(site, found[0][0], tuple(rule for _, rule in found))
        yield from _permissions(context)

    def check(self, subject: Opening | Permission, context: Context) -> Iterator[Finding]:
        match subject:
            case Opening():
                yield from self._opening(subject, context)
            case Permission():
                yield from self._permission(subject, context)

    def _opening(self, subject: Opening, context: Context) -> Iterator[Finding]:
        site, zone, first = subject.site, subject.zone, subject.rules[0]
        way = "来自" if first.direction == "ingress" else "去往"
        remote = first.remote or "任何地址"
        open_ports = width(span for row in subject.rules for span in meant(row.protocol, row.port_min, row.port_max))
        if open_ports > WIDEST:
            yield self.finding(
                context,
                first.declared_by,
                f"{site.title}{zone.title}的 {first.group_id} 对{way} {remote} 的几乎全部放行",
                wrong=f"{open_ports} 个端口",
                site=site.id,
            )
        for rule in subject.rules:
            if not rule.declared_by.startswith(("flow:", "tenant:")):
                yield self.finding(
                    context,
                    rule.declared_by,
                    f"{site.title}{zone.title}的规则 {rule.id} 不出自任何声明的流向",
                    wrong=f"{way} {remote}",
                    site=site.id,
                )
            if open_ports <= WIDEST and rule.direction == "ingress" and _administers(rule, context):
                yield self.finding(
                    context,
                    rule.declared_by,
                    f"{site.title}{zone.title}的管理端口对运维管理区、安全接入区之外开放",
                    wrong=f"{remote} → {rule.port_min}-{rule.port_max}/{rule.protocol}",
                    site=site.id,
                )

    def _permission(self, subject: Permission, context: Context) -> Iterator[Finding]:
        if says_nothing(subject.purpose):
            yield self._about(subject, context, "purpose", "没有说明用途", subject.purpose)
        ends = subject.expires
        if ends is None:
            if not subject.standing:
                yield self._about(subject, context, "expires", "没有到期日")
        elif ends < context.today:
            yield self._about(subject, context, "expires", "已经到期，还开着", str(ends), "删去，或重新申请")
        elif not subject.standing and ends - context.today > LONGEST:
            latest = context.today + LONGEST
            yield self._about(subject, context, "expires", "到期日太远，等于没有", str(ends), f"不晚于 {latest}")

    def _about(
        self, subject: Permission, context: Context, field: str, message: str, wrong: str = "", right: str = ""
    ) -> Finding:
        path = f"{subject.field}.{field}" if subject.field else field
        return self.finding(
            context,
            subject.declared_by,
            f"这条流向{message}",
            field=path,
            wrong=wrong,
            right=right,
            site=subject.site,
        )


def _permissions(context: Context) -> Iterator[Permission]:
    for flow in context.estate.flows:
        yield Permission(f"flow:{flow.id}", "", None, True, flow.purpose, flow.expires)
    for site in context.estate.sites.values():
        for tenant in site.tenants:
            if tenant.state not in _OPENED:
                continue  # nothing of it is open
            reference = f"tenant:{tenant.id}"
            for number, inward in enumerate(tenant.flows.ingress):
                field = f"flows.ingress[{number}]"
                yield Permission(reference, field, site.id, False, inward.purpose, inward.expires)
            for number, outward in enumerate(tenant.flows.egress):
                field = f"flows.egress[{number}]"
                yield Permission(reference, field, site.id, False, outward.purpose, outward.expires)


def _administers(rule: RulePlan, context: Context) -> bool:
    """Whether a rule opens a port of administration, data or control to others than administrators."""
    sensitive = (*ADMINISTRATION, *STORES, *CONTROL)
    spans = meant(rule.protocol, rule.port_min, rule.port_max)
    managers = [block for kind in _MANAGERS for block in context.blocks[kind]]
    return any(touches(*span, sensitive) for span in spans) and not inside(rule.remote, managers)
