from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from infra.blueprint.types import SitePlan, TenantPlan
from infra.findings import Finding
from infra.model.estate import SiteEstate
from policies.rule import Context, Rule
from policies.sources import Article, Document

_NOBODY = re.compile(
    r"未登记|未定|待定|待补|待确认|暂缺|暂无|无|空|不详|未知|某[部门单位]*|n/?a|tbd|todo|none|null|unknown|[-—?？.…xX×*]+",
    re.IGNORECASE,
)
"""Words that fill a field and name nobody."""


@dataclass(frozen=True, slots=True)
class Label:
    """One thing that must be known of a declared thing; `title` is what people call it."""

    declared_by: str
    field: str
    title: str
    value: str
    site: str | None
    region: str = ""
    """What a region code must begin with; empty for what is no region code."""


class LabelsComplete(Rule[Label]):
    """Whoever is in charge and whoever runs a thing is named, and zone, level and region are known, for all that is declared.

    That a field is there the reading sees to. Here a field counts as missing when its words name nobody (未登记、待定、无 …), when the
    blueprint carries no labels, or when a region code is not of this province (宿州 is not 宿迁).
    """

    id: ClassVar[str] = "P07"
    title: ClassVar[str] = "主管、运营、区域、级别、地区齐全"
    article: ClassVar[Article] = Article(Document.HAINAN_2007, "四（五）", "誰主管誰負責、誰運營誰負責")
    right: ClassVar[str] = "写明主管单位和运营单位的全称；还没有定下来的，先不要声明"

    def subjects(self, context: Context) -> Iterable[Label]:
        region = context.estate.province.code[:2]
        for plan in context.blueprint.sites:
            yield from _site(plan, region)
            for tenant in plan.tenants:
                yield from _tenant(tenant)
        for site in context.estate.sites.values():
            yield from _declared(site)
        for service in context.estate.services:
            reference = f"service:{service.id}"
            yield from _bodies(reference, service.owner, service.operator, None)

    def check(self, subject: Label, context: Context) -> Iterator[Finding]:
        words = subject.value.strip().strip("（）()【】[]")
        if subject.region and not words.startswith(subject.region):
            yield self.finding(
                context,
                subject.declared_by,
                f"{subject.title}不属于本省",
                field=subject.field,
                wrong=subject.value or "空",
                right=f"{subject.region} 开头的区划代码（GB/T 2260）",
                site=subject.site,
            )
        elif not words or _NOBODY.fullmatch(words):
            yield self.finding(
                context,
                subject.declared_by,
                f"没有写明{subject.title}",
                field=subject.field,
                wrong=subject.value or "空",
                site=subject.site,
            )


def _bodies(reference: str, owner: str, operator: str, site: str | None) -> Iterator[Label]:
    yield Label(reference, "owner", "主管单位", owner, site)
    yield Label(reference, "operator", "运营单位", operator, site)


def _site(plan: SitePlan, region: str) -> Iterator[Label]:
    yield from _bodies(plan.declared_by, plan.owner, plan.operator, plan.id)
    yield Label(plan.declared_by, "location", "数据中心所在地区", plan.location, plan.id, region)
    yield Label(plan.declared_by, "", "站点区划代码", plan.code, plan.id, region)


def _tenant(tenant: TenantPlan) -> Iterator[Label]:
    labels = tenant.labels
    yield from _bodies(
        tenant.declared_by, labels.owner if labels else "", labels.operator if labels else "", tenant.site
    )
    yield Label(tenant.declared_by, "zone", "所在区域", tenant.zone_id, tenant.site)
    level = str(labels.mlps_level) if labels and labels.mlps_level else ""
    yield Label(tenant.declared_by, "mlps.level", "等保级别", level, tenant.site)


def _declared(site: SiteEstate) -> Iterator[Label]:
    """What is declared and not compiled into anything that has an owner."""
    for network in site.legacy:
        yield from _bodies(f"legacy:{network.id}", network.owner, network.operator, site.id)
    for sort, rows in site.facilities.sorts().values():
        for row in rows:
            yield from _bodies(f"{sort}:{row.id}", row.owner, row.operator, site.id)
