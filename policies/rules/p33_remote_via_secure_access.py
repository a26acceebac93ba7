from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from infra.blueprint.carried import MachineGroupPlan, ServicePlan
from infra.blueprint.types import RulePlan, SitePlan, ZonePlan
from infra.findings import Finding
from infra.model.enums import Capability, ZoneKind
from infra.model.facility import RemoteEndpoint
from policies.groups import ingress_rules
from policies.ports import ADMINISTRATION, TUNNELS, span, touches
from policies.rule import Context, Rule
from policies.sources import Article, Document
from policies.space import inside, meets


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a department lets people in from outside."""

    site: str
    endpoint: RemoteEndpoint


@dataclass(frozen=True, slots=True)
class Gateway:
    """Machines of a platform that let people in from outside."""

    site: SitePlan
    service: ServicePlan
    group: MachineGroupPlan


@dataclass(frozen=True, slots=True)
class Door:
    """An ingress rule on a port of administration or of a tunnel."""

    site: SitePlan
    zone: ZonePlan
    rule: RulePlan


class RemoteViaSecureAccess(Rule[Endpoint | Gateway | Door]):
    """Whoever comes in from outside, be it a mobile user or an administrator, comes in through the secure access zone.

    「移动办公」 is read with 《地方电子政务外网技术参考手册》: mobile and remote staff are served by the secure access platform. So no other VPN or
    remote endpoint is kept, gateways stand in that zone, and no other zone opens a port of administration or of a tunnel to the
    internet zone or to the world outside.
    """

    id: ClassVar[str] = "P33"
    title: ClassVar[str] = "移动和远程接入只经安全接入区"
    article: ClassVar[Article] = Article(
        Document.JIANGSU_2016, "三（二）4", "积极开展视频会议、移动办公、即时通讯等应用"
    )
    right: ClassVar[str] = "改经安全接入区（secure_access）的网关接入；确需保留的，经主管部门批准后登记例外"

    def subjects(self, context: Context) -> Iterable[Endpoint | Gateway | Door]:
        for declared in context.estate.sites.values():
            for endpoint in declared.facilities.remote_endpoints:
                yield Endpoint(declared.id, endpoint)
        for site in context.blueprint.sites:
            for service in site.services:
                for group in service.machines:
                    if group.capability == Capability.GATEWAY:
                        yield Gateway(site, service, group)
            for zone, rule in ingress_rules(site):
                if touches(rule.protocol, rule.port_min, rule.port_max, (*ADMINISTRATION, *TUNNELS)):
                    yield Door(site, zone, rule)

    def check(self, subject: Endpoint | Gateway | Door, context: Context) -> Iterator[Finding]:
        match subject:
            case Endpoint(site, endpoint) if endpoint.zone is not ZoneKind.SECURE_ACCESS:
                yield self.finding(
                    context,
                    f"endpoint:{endpoint.id}",
                    f"“{endpoint.title}”（{endpoint.way}）在安全接入区之外",
                    field="zone" if endpoint.zone else "way",
                    wrong=endpoint.zone.value if endpoint.zone else "政务外网之外",
                    site=site,
                )
            case Gateway(plan, service, group) if plan.zone(group.zone_id).kind is not ZoneKind.SECURE_ACCESS:
                yield self.finding(
                    context,
                    service.declared_by,
                    f"平台“{service.title}”的接入网关不在安全接入区",
                    field="machines",
                    wrong=group.zone_id,
                )
            case Door() if subject.zone.kind is not ZoneKind.SECURE_ACCESS:
                yield from self._door(subject, context)

    def _door(self, subject: Door, context: Context) -> Iterator[Finding]:
        zone, rule = subject.zone, subject.rule
        outside = not inside(rule.remote, context.extranet)
        front = zone.kind is not ZoneKind.INTERNET_ACCESS and meets(
            rule.remote, context.blocks[ZoneKind.INTERNET_ACCESS]
        )
        if outside or front:
            standing = rule.declared_by.startswith("flow:")
            yield self.finding(
                context,
                rule.declared_by,
                f"从{'政务外网之外' if outside else ZoneKind.INTERNET_ACCESS.label}可以登录或拨入{zone.kind.label}的设备",
                field="ports" if standing else "flows",
                wrong=span(rule.protocol, rule.port_min, rule.port_max),
                site=None if standing else subject.site.id,
            )
