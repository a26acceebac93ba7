from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from ipaddress import ip_network
from typing import ClassVar

from infra.blueprint.planned import HostPlan
from infra.blueprint.types import RulePlan, SharePlan, SitePlan, TenantPlan, ZonePlan
from infra.findings import Finding
from infra.model.enums import ZoneKind
from policies.ports import Span, meant, width
from policies.rule import Context, Rule
from policies.sources import Article, Document
from policies.space import meets

MOST_PORTS = 100
"""An access list that lets more than this through between two levels separates nothing (a proposal)."""


@dataclass(frozen=True)
class Party:
    """Those who share a security group: a tenant, or the platforms of a zone. `levels`: theirs, several for platforms."""

    site: str
    title: str
    declared_by: str
    group: str
    levels: frozenset[int]
    prefixes: tuple[str, ...]
    rules: tuple[RulePlan, ...]

    @cached_property
    def let_in(self) -> int:
        """How many ports it lets in at most, from whomever."""
        return width(span for rule in self.rules for span in meant(rule.protocol, rule.port_min, rule.port_max))


@dataclass(frozen=True, slots=True)
class Shared:
    """A share, the party whose group or network it gives away, and the party that gets it."""

    share: SharePlan
    giver: Party
    taker: Party


@dataclass(frozen=True, slots=True)
class Bridge:
    """A machine with legs in several zones, and the levels of these."""

    site: str
    host: HostPlan
    levels: tuple[tuple[str, int], ...]


class LevelBoundary(Rule[Party | Shared | Bridge]):
    """Between systems of different levels there is an access list: protocol, ports and source are bounded, and nothing goes around it.

    What one party lets in from another is the sum of its rules whose source touches the other's addresses, so that two halves are a
    whole. Around the list leads a group or network that is shared across levels, and a machine with a leg on either side; only the
    exchange zone is there to be such a bridge.
    """

    id: ClassVar[str] = "P21"
    title: ClassVar[str] = "不同等保级别之间有访问控制"
    article: ClassVar[Article] = Article(Document.SUZHOU_ANHUI, "三（五）", "采取分级、分类、分阶段的安全管理策略")
    right: ClassVar[str] = (
        "只开放写明来源、协议和少数端口的流向；不同级别不共用网络和安全组，跨级的数据经安全数据交换区"
    )

    def subjects(self, context: Context) -> Iterable[Party | Shared | Bridge]:
        for site in context.blueprint.sites:
            yield from _parties(site, context)
            yield from _shared(site)
            levels = {zone.id: zone.mlps_level for zone in context.estate.sites[site.id].zones}
            for host in site.hosts:
                if len(host.legs) > 1:
                    yield Bridge(site.id, host, tuple((leg.zone_id, levels[leg.zone_id]) for leg in host.legs))

    def check(self, subject: Party | Shared | Bridge, context: Context) -> Iterator[Finding]:
        match subject:
            case Party():
                if subject.let_in > MOST_PORTS:  # one by one only where it can matter
                    yield from self._between(subject, context)
            case Shared(share, giver, taker):
                if giver.levels != taker.levels:
                    yield self.finding(
                        context,
                        taker.declared_by,
                        f"{_named(taker)}与{_named(giver)}共用{'网络' if share.object_type == 'network' else '安全组'}",
                        wrong=share.object_id,
                        site=giver.site,
                    )
            case Bridge(site, host, levels):
                kinds = {zone.id: zone.kind for zone in context.blueprint.site(site).zones}
                exchanging = any(kinds[zone] is ZoneKind.DATA_EXCHANGE for zone, _ in levels)
                if len({level for _, level in levels}) > 1 and not exchanging:
                    yield self.finding(
                        context,
                        host.declared_by,
                        f"机器 {host.name} 的端口跨在不同级别的区域上，绕过访问控制",
                        wrong="、".join(f"{zone}（{level} 级）" for zone, level in levels),
                    )

    def _between(self, subject: Party, context: Context) -> Iterator[Finding]:
        for site in context.blueprint.sites:
            for other in _parties(site, context):
                rules = [rule for rule in subject.rules if _from(rule, other)]
                spans: list[Span] = [span for row in rules for span in meant(row.protocol, row.port_min, row.port_max)]
                if len(subject.levels | other.levels) > 1 and width(spans) > MOST_PORTS:
                    yield self.finding(
                        context,
                        rules[0].declared_by,
                        f"{_named(subject)}对{_named(other)}几乎全部放行",
                        wrong=f"{width(spans)} 个端口",
                        site=subject.site,
                    )


def _parties(site: SitePlan, context: Context) -> Iterator[Party]:
    zones = {zone.id: zone for zone in context.estate.sites[site.id].zones}
    for zone in site.zones:
        there = {service.mlps_level for service in site.services if any(m.zone_id == zone.id for m in service.machines)}
        levels = frozenset(there or {zones[zone.id].mlps_level})
        yield Party(
            site=site.id,
            title=f"{site.title}{zone.title}的平台",
            declared_by=zone.declared_by,
            group=zone.group.id,
            levels=levels,
            prefixes=(zone.hosts.v4, zone.hosts.v6),
            rules=_inward(zone, site),
        )
    yield from map(_tenant, site.tenants)


def _tenant(tenant: TenantPlan) -> Party:
    return Party(
        site=tenant.site,
        title=f"“{tenant.title}”",
        declared_by=tenant.declared_by,
        group=tenant.group.id,
        levels=frozenset({tenant.labels.mlps_level if tenant.labels else 0}),
        prefixes=tuple(subnet.cidr for subnet in tenant.network.subnets),
        rules=tuple(rule for rule in tenant.group.rules if rule.direction == "ingress"),
    )


def _inward(zone: ZonePlan, site: SitePlan) -> tuple[RulePlan, ...]:
    """What the group of a zone's platforms lets in: its own rules, and its halves of the tenants' flows."""
    halves = (rule for tenant in site.tenants for rule in tenant.zone_rules if rule.group_id == zone.group.id)
    return tuple(rule for rule in (*zone.group.rules, *halves) if rule.direction == "ingress")


def _shared(site: SitePlan) -> Iterator[Shared]:
    parties = {tenant.project_id: _tenant(tenant) for tenant in site.tenants}
    owners = {item: parties[row.project_id] for row in site.tenants for item in (row.network.id, row.group.id)}
    for tenant in site.tenants:
        for share in tenant.shares:
            if share.project_id in parties and share.object_id in owners:
                yield Shared(share, owners[share.object_id], parties[share.project_id])


def _from(rule: RulePlan, other: Party) -> bool:
    """Whether a rule lets in something that comes from another party."""
    return meets(rule.remote, (ip_network(prefix) for prefix in other.prefixes))


def _named(party: Party) -> str:
    return f"{party.title}（{'、'.join(str(level) for level in sorted(party.levels))} 级）"
