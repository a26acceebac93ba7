from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import ClassVar

from infra.blueprint.types import LegacyPlan, LegPlan, NetworkPlan, SitePlan, TenantPlan, ZonePlan
from infra.findings import Finding
from infra.model.enums import ZoneKind
from policies.rule import Context, Rule
from policies.sources import Article, Document
from policies.space import inside, overlapping

_MANAGEMENT = frozenset({ZoneKind.OPS_MGMT, ZoneKind.SECURITY_MGMT})


@dataclass(frozen=True, slots=True)
class Domain:
    """A zone of a site: one routing domain, with everything addressed in it."""

    site: SitePlan
    zone: ZonePlan
    tenants: tuple[TenantPlan, ...]

    def networks(self) -> Iterator[NetworkPlan]:
        yield self.zone.network
        yield from (tenant.network for tenant in self.tenants)

    def legs(self) -> Iterator[LegPlan]:
        yield from self.zone.router.legs
        yield from (tenant.leg for tenant in self.tenants)


@dataclass(frozen=True, slots=True)
class Blocks:
    """The whole blocks of all zones and sites, which must not share an address."""

    rows: tuple[tuple[str, str], ...]


Subject = Domain | LegacyPlan | Blocks


class AddressConformity(Rule[Subject]):
    """Every subnet lies in the block of its zone, none overlaps another of its routing domain, routers stand in their subnets.

    Old department ranges keep clear of the extranet's space, blocks of zones are disjoint (the slice has one VPN instance; two VPN
    instances may overlap), and no tenant lives in a management zone.
    """

    id: ClassVar[str] = "P35"
    title: ClassVar[str] = "地址按规划分配，互不重叠"
    article: ClassVar[Article] = Article(
        Document.JIANGSU_2007, "二（二）2", "省、市、县三级城域网和省到市、市到县三级广域网"
    )
    right: ClassVar[str] = "不写地址，只写需要多少；由 govnet addresses allocate 按 pools.yaml 分配"

    def subjects(self, context: Context) -> Iterable[Subject]:
        blocks = []
        for site in context.blueprint.sites:
            for zone in site.zones:
                yield Domain(site, zone, tuple(row for row in site.tenants if row.zone_id == zone.id))
                blocks += [(zone.block.v4, zone.declared_by), (zone.block.v6, zone.declared_by)]
            yield from site.legacy
        yield Blocks(tuple(blocks))

    def check(self, subject: Subject, context: Context) -> Iterator[Finding]:
        match subject:
            case Domain():
                yield from self._subnets(subject, context)
                yield from self._legs(subject, context)
                yield from self._management(subject, context)
            case LegacyPlan():
                yield from self._legacy(subject, context)
            case Blocks():
                for (block, owner), (other, owner_of_other) in overlapping(subject.rows):
                    yield self.finding(
                        context, owner_of_other, f"区域的地址段与 {owner} 的重叠", wrong=f"{other} 与 {block}"
                    )

    def _subnets(self, subject: Domain, context: Context) -> Iterator[Finding]:
        block = [ip_network(subject.zone.block.v4), ip_network(subject.zone.block.v6)]
        rows = [(subnet.cidr, network.declared_by) for network in subject.networks() for subnet in network.subnets]
        for cidr, declared_by in rows:
            if not inside(cidr, block):
                yield self.finding(
                    context,
                    declared_by,
                    f"地址段不在{subject.site.title}{subject.zone.title}的范围内",
                    wrong=cidr,
                    right=f"在 {subject.zone.block.v4}、{subject.zone.block.v6} 之内，由 govnet addresses allocate 分配",
                    site=subject.site.id,
                )
        for (cidr, owner), (other, owner_of_other) in overlapping(rows):
            yield self.finding(
                context,
                owner_of_other,
                f"地址段与 {owner} 的重叠（同一个路由域）",
                wrong=f"{other} 与 {cidr}",
                site=subject.site.id,
            )

    def _legs(self, subject: Domain, context: Context) -> Iterator[Finding]:
        networks = {network.id: network for network in subject.networks()} | {
            subject.site.border.id: subject.site.border
        }
        if subject.zone.wire:
            networks[subject.zone.wire.id] = subject.zone.wire
        for leg in subject.legs():
            subnets = networks[leg.network_id].subnets
            for address in (leg.addresses.v4, leg.addresses.v6):
                if not any(ip_address(address) in ip_network(subnet.cidr) for subnet in subnets):
                    yield self.finding(
                        context,
                        leg.declared_by,
                        f"路由器端口 {leg.id} 的地址不在所接网络里",
                        wrong=address,
                        site=subject.site.id,
                    )

    def _management(self, subject: Domain, context: Context) -> Iterator[Finding]:
        if subject.zone.kind in _MANAGEMENT:
            for tenant in subject.tenants:
                yield self.finding(
                    context,
                    tenant.declared_by,
                    f"租户不能放在{subject.zone.title}：管理面与租户面分开",
                    field="zone",
                    wrong=tenant.zone_id,
                    right="public_shared、dedicated、internet_access、data_exchange 之一",
                    site=subject.site.id,
                )

    def _legacy(self, subject: LegacyPlan, context: Context) -> Iterator[Finding]:
        for number, block in enumerate(subject.ranges):
            mine = ip_network(block)
            if any(mine.version == other.version and mine.overlaps(other) for other in context.extranet):
                yield self.finding(
                    context,
                    subject.declared_by,
                    "既有专网的地址段占用了政务外网的规划地址",
                    field=f"ranges[{number}]",
                    wrong=block,
                    right="既有专网改用规划之外的地址，接入处做登记的地址转换",
                    site=subject.site,
                )
