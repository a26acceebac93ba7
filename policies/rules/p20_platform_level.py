from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from infra.blueprint.types import SitePlan
from infra.findings import Finding
from policies.rule import Context, Rule
from policies.sources import Article, Document

HIGHEST = 3
"""A level-4 system may not stand on a government cloud (practice of Shanghai and Suqian)."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A system in a zone: `field` is where its level is written, `site` empty for a platform of several sites."""

    declared_by: str
    field: str
    title: str
    site: str | None
    level: int
    zone: str
    platform: int


class PlatformLevel(Rule[Placed]):
    """No system stands on a platform of a lower level than its own, and none of level 4 or more stands on the government cloud at all.

    The platform of a system is the zone that its machines and its network have in the blueprint; the zone's level is declared with it.
    A platform that runs in many sites is judged once a zone: the standard zones are the same everywhere.
    """

    id: ClassVar[str] = "P20"
    title: ClassVar[str] = "业务的等保级别不高于所在平台"
    article: ClassVar[Article] = Article(Document.JIANGSU_2007, "三（四）", "进行相应等级的安全建设和管理")
    right: ClassVar[str] = "放到级别不低于它的区域；四级及以上的系统不上政务云"

    def subjects(self, context: Context) -> Iterable[Placed]:
        services: dict[tuple[str, str, int], Placed] = {}
        for site in context.blueprint.sites:
            levels = _levels(site, context)
            for tenant in site.tenants:
                if tenant.labels:  # one without a level is P07's
                    level, zone = tenant.labels.mlps_level, tenant.zone_id
                    yield Placed(tenant.declared_by, "mlps.level", tenant.title, site.id, level, zone, levels[zone])
            for service in site.services:
                for group in service.machines:
                    level, zone = service.mlps_level, group.zone_id
                    placed = Placed(service.declared_by, "mlps_level", service.title, None, level, zone, levels[zone])
                    services.setdefault((service.id, zone, levels[zone]), placed)
        yield from services.values()

    def check(self, subject: Placed, context: Context) -> Iterator[Finding]:
        if subject.level > HIGHEST:
            message = f"“{subject.title}”是 {subject.level} 级，不得部署在政务云上"
        elif subject.level > subject.platform:
            message = (
                f"“{subject.title}”是 {subject.level} 级，所在区域 {subject.zone} 的平台只有 {subject.platform} 级"
            )
        else:
            return
        yield self.finding(
            context, subject.declared_by, message, field=subject.field, wrong=str(subject.level), site=subject.site
        )


def _levels(site: SitePlan, context: Context) -> dict[str, int]:
    """Levels of the site's zones by id."""
    return {zone.id: zone.mlps_level for zone in context.estate.sites[site.id].zones}
