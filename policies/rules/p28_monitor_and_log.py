from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from infra.blueprint.hosts import NODE_EXPORTER, SYSLOG
from infra.blueprint.types import Direction, SitePlan, TenantPlan, ZonePlan
from infra.findings import Finding
from infra.model.enums import Capability, TenantState
from infra.model.service import Service
from policies.rule import Context, Rule
from policies.sources import Article, Document

LEAST_DAYS = 180
"""Cybersecurity Law: network logs are kept for no less than six months."""


@dataclass(frozen=True, slots=True)
class Machines:
    """The machines of one zone: whether they are watched and their logs get through depends on the zone."""

    site: SitePlan
    zone: ZonePlan
    hosts: frozenset[str]


class MonitorAndLog(Rule[Service | SitePlan | Machines | TenantPlan]):
    """「全时段」: every machine is watched by its site's monitor, and its logs go to its site's keeper, who keeps them for half a year.

    Being on a list is not enough: a standing flow must let the question and the logs through. Tenants' machines are judged by their own
    group: the monitor may ask, the logs may leave.
    """

    id: ClassVar[str] = "P28"
    title: ClassVar[str] = "全部纳入监测，日志集中留存不少于六个月"
    article: ClassVar[Article] = Article(
        Document.JIANGSU_2016, "三（二）6", "实现对网络、应用、安全运行状态全时段、高灵敏、无距离感知"
    )
    right: ClassVar[str] = "纳入本站点的监测和日志留存；没有例外"

    def subjects(self, context: Context) -> Iterable[Service | SitePlan | Machines | TenantPlan]:
        yield from context.estate.services
        for site in context.blueprint.sites:
            yield site
            for zone in site.zones:
                hosts = frozenset(row.id for row in site.hosts if row.zone_id == zone.id)
                if hosts:
                    yield Machines(site, zone, hosts)
            yield from (row for row in site.tenants if row.labels and row.labels.state == TenantState.ACTIVE)

    def check(self, subject: Service | SitePlan | Machines | TenantPlan, context: Context) -> Iterator[Finding]:
        match subject:
            case Service():
                yield from self._declared(subject, context)
            case SitePlan():
                yield from self._whole(subject, context)
            case Machines():
                yield from self._ways(subject, context)
            case TenantPlan():
                yield from self._tenant(subject, context)

    def _declared(self, service: Service, context: Context) -> Iterator[Finding]:
        reference = f"service:{service.id}"
        if not service.monitored:
            message = f"“{service.title}”没有纳入监测"
            yield self.finding(context, reference, message, field="monitored", wrong="false", right="true")
        keeps = any(part.capability is Capability.LOGGING for part in service.machines)
        if keeps and (service.log_days is None or service.log_days < LEAST_DAYS):
            yield self.finding(
                context,
                reference,
                f"“{service.title}”留存日志不足 {LEAST_DAYS} 天",
                field="log_days",
                wrong=str(service.log_days) if service.log_days is not None else "没有写",
                right=f"log_days 不少于 {LEAST_DAYS}",
            )

    def _whole(self, site: SitePlan, context: Context) -> Iterator[Finding]:
        """Nobody is left out, and there is somebody to watch and somebody to keep."""
        if not site.hosts:
            return
        for plan, who, right in (
            (any(row.watched_by for row in site.targets), "监测机", "在运维管理区部署能力为 monitoring 的机器"),
            (any(row.kept_by for row in site.logs), "日志机", "在安全管理区部署能力为 logging 的机器"),
        ):
            if not plan:
                message = f"{site.title}没有{who}，{len(site.hosts)} 台机器无人照看"
                yield self.finding(context, site.declared_by, message, right=right, site=site.id)
        unmonitored = {f"service:{row.id}" for row in context.estate.services if not row.monitored}
        watched, logged = {row.host_id for row in site.targets}, {row.host_id for row in site.logs}
        for host in site.hosts:
            if host.id not in watched and host.declared_by not in unmonitored:
                message = f"{site.title}有机器不在监测清单里"
                yield self.finding(context, host.declared_by, message, wrong=host.id, site=site.id)
            if host.id not in logged:
                message = f"{site.title}有机器的日志没有送出"
                yield self.finding(context, host.declared_by, message, wrong=host.id, site=site.id)

    def _ways(self, subject: Machines, context: Context) -> Iterator[Finding]:
        site, zone = subject.site, subject.zone
        unasked = [
            row.host_id for row in site.targets if row.watched_by and not row.flows and row.host_id in subject.hosts
        ]
        unsent = [row.host_id for row in site.logs if row.kept_by and not row.flows and row.host_id in subject.hosts]
        for lost, what, port in ((unasked, "监测机采集不到", NODE_EXPORTER), (unsent, "日志送不出", SYSLOG)):
            if lost:
                yield self.finding(
                    context,
                    zone.declared_by,
                    f"{site.title}{zone.title}有 {len(lost)} 台机器，{what}：没有常设流向",
                    wrong=lost[0],
                    right=f"在 flows.yaml 的监测、日志流向里加上这个区域（{port}/tcp）",
                    site=site.id,
                )

    def _tenant(self, tenant: TenantPlan, context: Context) -> Iterator[Finding]:
        asked: tuple[tuple[Direction, int, str], ...] = (
            ("ingress", NODE_EXPORTER, "监测机采集不到"),
            ("egress", SYSLOG, "日志送不出"),
        )
        for direction, port, what in asked:
            if not _open(tenant, direction, port):
                yield self.finding(
                    context,
                    tenant.declared_by,
                    f"租户“{tenant.title}”的机器，{what}：没有含租户的常设流向",
                    wrong=f"{port}/tcp",
                    right="flows.yaml 的监测、日志流向写 tenants: true",
                    site=tenant.site,
                )


def _open(tenant: TenantPlan, direction: Direction, port: int) -> bool:
    """Whether a tenant's own group has the port open that way, in both IP versions."""
    versions = {
        rule.version
        for rule in tenant.group.rules
        if rule.direction == direction and rule.protocol == "tcp" and rule.port_min <= port <= rule.port_max
    }
    return versions == {4, 6}
