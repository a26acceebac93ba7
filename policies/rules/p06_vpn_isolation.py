from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from infra.blueprint.carried import VpnPlan
from infra.blueprint.types import RulePlan, SitePlan, TenantPlan, ZonePlan
from infra.findings import Finding
from infra.model.enums import Level, ZoneKind
from policies.groups import rules
from policies.rule import Context, Rule
from policies.sources import Article, Document
from policies.space import Network, joined, meets


@dataclass(frozen=True, slots=True)
class Instance:
    """A VPN instance at a site, and who exports the route targets it could import."""

    plan: VpnPlan
    exporters: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Opening:
    """A permission in a dedicated zone, and the blocks of other owners' dedicated zones by zone id."""

    site: SitePlan
    zone: ZonePlan
    rule: RulePlan
    foreign: Mapping[str, tuple[Network, ...]]


@dataclass(frozen=True, slots=True)
class Guest:
    """A tenant that lives in a dedicated zone."""

    tenant: TenantPlan
    owner: str


class VpnIsolation(Rule[Instance | Opening | Guest]):
    """A VPN instance meets no other owner's: not by routes (route targets), not by permissions, not by a tenant living in it.

    「专用网络区」 is read as one network per owner on shared lines. Two instances of one department may share routes. Whoever lets
    another owner in needs both owners and the competent office; that is an exception with its number, never a field of the instance.
    """

    id: ClassVar[str] = "P06"
    title: ClassVar[str] = "专用网络区的 VPN 实例互相隔离"
    article: ClassVar[Article] = Article(Document.JIANGSU_2016, "三（二）5", "划分为公用网络区、专用网络区、互联网区等")
    right: ClassVar[str] = "跨部门的业务经安全数据交换区交换；确需互通的，由双方部门同意、主管部门批准后登记例外"

    def subjects(self, context: Context) -> Iterable[Instance | Opening | Guest]:
        owners = _owners(context)
        sites = context.blueprint.sites
        exporters = _exporters(sites)
        foreign = _foreign(_blocks(sites), owners)
        for site in sites:
            for plan in site.vpns:
                yield Instance(plan, exporters)
            for zone, rule in rules(site):
                if zone.kind is ZoneKind.DEDICATED:
                    yield Opening(site, zone, rule, foreign[zone.id])
            for tenant in site.tenants:
                if tenant.zone_id in owners:
                    yield Guest(tenant, owners[tenant.zone_id])

    def check(self, subject: Instance | Opening | Guest, context: Context) -> Iterator[Finding]:
        match subject:
            case Instance(plan, exporters):
                yield from self._instance(plan, exporters, context)
            case Opening():
                yield from self._opening(subject, context)
            case Guest(tenant, owner) if tenant.department != owner:
                yield self.finding(
                    context,
                    tenant.declared_by,
                    f"“{tenant.title}”住进了别的部门的 VPN 实例",
                    field="zone",
                    wrong=f"{tenant.zone_id}（属于 {owner}）",
                    right=f"{tenant.department} 自己的 VPN 实例，或 dedicated、public_shared",
                    site=tenant.site,
                    owners=(tenant.labels.owner if tenant.labels else "", *_titles(context, [owner])),
                )

    def _instance(self, plan: VpnPlan, exporters: Mapping[str, frozenset[str]], context: Context) -> Iterator[Finding]:
        for number, target in enumerate(plan.imports):
            owners = exporters.get(target, frozenset())
            if owners != {plan.owner}:
                whose = "、".join(sorted(owners - {plan.owner})) or "无人发布"
                yield self.finding(
                    context,
                    plan.declared_by,
                    f"VPN 实例 {plan.id} 引入了别的部门的路由",
                    # Its own target is the first, by construction; what it declares comes after.
                    field=f"imports[{number - 1}]" if number else "",
                    wrong=f"路由目标 {target}（{whose}）",
                    owners=_titles(context, {plan.owner, *owners}),
                )

    def _opening(self, subject: Opening, context: Context) -> Iterator[Finding]:
        rule = subject.rule
        for zone_id, blocks in subject.foreign.items():
            if meets(rule.remote, blocks):
                standing = rule.declared_by.startswith("flow:")
                yield self.finding(
                    context,
                    rule.declared_by,
                    "不同的专用网络之间有放行的规则",
                    field="to" if standing else "flows",
                    wrong=" 与 ".join(sorted((subject.zone.id, zone_id))),  # both halves are one mistake
                    site=None if standing else subject.site.id,
                    owners=_whose(context, None if standing else subject.site, (subject.zone.id, zone_id)),
                )


def _owners(context: Context) -> Mapping[str, str]:
    """Zone id of every VPN instance → whose it is."""
    return {vpn.zone().id: vpn.department for vpn in context.estate.vpns}


def _whose(context: Context, site: SitePlan | None, zones: Iterable[str]) -> Iterator[str]:
    """Whose dedicated zones are, by title: what is no VPN instance of a department is the site's, or, of all sites, the province's."""
    owners = _owners(context)
    for zone in zones:
        if zone in owners:
            yield from _titles(context, [owners[zone]])
        else:
            yield from (
                row.owner
                for row in context.blueprint.sites
                if row is site or (not site and row.level is Level.PROVINCE)
            )


def _titles(context: Context, departments: Iterable[str]) -> Iterator[str]:
    """What departments are called in approvals."""
    for department in departments:
        if found := context.estate.department(department):
            yield found.name


def _exporters(sites: Iterable[SitePlan]) -> Mapping[str, frozenset[str]]:
    """Route target → the departments whose instances export it."""
    found: dict[str, set[str]] = defaultdict(set)
    for site in sites:
        for plan in site.vpns:
            for target in plan.exports:
                found[target].add(plan.owner)
    return {target: frozenset(owners) for target, owners in found.items()}


def _blocks(sites: Iterable[SitePlan]) -> Mapping[str, tuple[Network, ...]]:
    """Zone id → its blocks at all sites; a VPN instance has one id wherever it is opened."""
    found: dict[str, list[ZonePlan]] = defaultdict(list)
    for site in sites:
        for zone in site.zones:
            if zone.kind is ZoneKind.DEDICATED:
                found[zone.id].append(zone)
    return {zone_id: joined(zone.block for zone in zones) for zone_id, zones in sorted(found.items())}


def _foreign(
    blocks: Mapping[str, tuple[Network, ...]], owners: Mapping[str, str]
) -> Mapping[str, Mapping[str, tuple[Network, ...]]]:
    """Dedicated zone → the blocks of those of another owner. What is no VPN instance of a department has an owner of its own."""
    return {
        mine: {other: rows for other, rows in blocks.items() if owners.get(other, other) != owners.get(mine, mine)}
        for mine in blocks
    }
