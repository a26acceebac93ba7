from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from infra.blueprint.types import Blueprint
from infra.findings import Enforcement, Finding
from infra.model.enums import Capability, Level, ZoneKind
from infra.model.facility import WebEntry, WebIdentity, Website
from policies.rule import Context, Rule
from policies.sources import Article, Document

FORBIDDEN_SINCE = date(2007, 1, 19)
"""The day of document 000, which binds this province: websites that were opened later are new."""


@dataclass(frozen=True, slots=True)
class Published:
    """A department's website, and whether its site or the province runs a portal that it could be a virtual host of."""

    site: str
    website: Website
    portal: bool


class NoOwnWebsite(Rule[Published]):
    """A department's website is a virtual host of the government portal, and keeps its domain, its copyright and whoever maintains it.

    A new one with an entry of its own is refused; one from before the document is to be merged 「分批」, and only reported. Government portals
    are services of the platform, and there must be one to merge into.
    """

    id: ClassVar[str] = "P15"
    title: ClassVar[str] = "各部门不再建设独立网站，并入政府门户"
    article: ClassVar[Article] = Article(
        Document.JIANGSU_2007,
        "二（二）1",
        "各部门原则上不再建设独立网站，已建成的分批并入政府门户网站平台",
    )
    right: ClassVar[str] = "entry 写 portal，作为政府门户网站的虚拟主机；域名、版权、维护主体都不变"

    def subjects(self, context: Context) -> Iterable[Published]:
        for site in context.estate.sites.values():
            for website in site.facilities.websites:
                yield Published(site.id, website, _portal(context.blueprint, site.id))

    def check(self, subject: Published, context: Context) -> Iterator[Finding]:
        website = subject.website
        if website.entry is WebEntry.OWN:
            new = website.opened > FORBIDDEN_SINCE
            yield self.finding(
                context,
                f"website:{website.id}",
                f"“{website.title}”{'是新建的独立网站' if new else '还没有并入政府门户'}",
                field="entry",
                wrong=f"{website.entry.value}（{website.opened} 开通）",
                site=subject.site,
                enforcement=Enforcement.MANDATORY if new else Enforcement.ADVISORY,
            )
            return
        if not subject.portal:
            yield self.finding(
                context,
                f"website:{website.id}",
                f"“{website.title}”要并入的政府门户不存在",
                field="entry",
                wrong=website.entry.value,
                right="先在 services.yaml 声明本级或省级的门户网站平台（capability: portal，zone: internet_access）",
                site=subject.site,
            )
        yield from self._kept(subject, context)

    def _kept(self, subject: Published, context: Context) -> Iterator[Finding]:
        website = subject.website
        if website.before is None:
            return
        titles = {"domain": "域名", "copyright": "版权", "maintainer": "维护主体"}
        for field in WebIdentity.model_fields:
            was, now = getattr(website.before, field), getattr(website.identity, field)
            if was != now:
                yield self.finding(
                    context,
                    f"website:{website.id}",
                    f"“{website.title}”并入门户时变了{titles[field]}",
                    field=f"identity.{field}",
                    wrong=now,
                    right=was,
                    site=subject.site,
                )


def _portal(blueprint: Blueprint, site_id: str) -> bool:
    """Whether a portal stands in the internet zone of the site or of the province."""
    for site in blueprint.sites:
        if site.id == site_id or site.level is Level.PROVINCE:
            fronts = {zone.id for zone in site.zones if zone.kind is ZoneKind.INTERNET_ACCESS}
            for service in site.services:
                if any(row.capability == Capability.PORTAL and row.zone_id in fronts for row in service.machines):
                    return True
    return False
