from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from infra.blueprint.types import Blueprint
from infra.findings import Enforcement, Finding
from infra.model.enums import Level
from infra.model.facility import NETWORK, OwnPlatform
from policies.rule import Context, Rule
from policies.sources import Article, Document


@dataclass(frozen=True, slots=True)
class Own:
    """A unit's own platform, and the sites above it that offer the same."""

    site: str
    platform: OwnPlatform
    offered: tuple[str, ...]


class NoDuplicatePlatform(Rule[Own]):
    """A county, a town or a single department does not build what the city's or the province's platform already does.

    「一般」 leaves room for exceptions, so this advises. A network platform of one's own always duplicates: the extranet is the network. Any
    other platform does when the one that it is said to equal runs at this site or at the province. One that says when it is merged
    and stopped is let be until that day.
    """

    id: ClassVar[str] = "P14"
    title: ClassVar[str] = "不重复建设上级已有的平台"
    article: ClassVar[Article] = Article(Document.SUZHOU_ANHUI, "三（一）2", "一般不再另建网络平台")
    right: ClassVar[str] = "使用省、市两级平台的功能；已建成的，写明并入、停用的日期（until）"

    def subjects(self, context: Context) -> Iterable[Own]:
        for site in context.estate.sites.values():
            for platform in site.facilities.platforms:
                yield Own(site.id, platform, _offered(context.blueprint, site.id, platform.serves))

    def check(self, subject: Own, context: Context) -> Iterator[Finding]:
        platform = subject.platform
        ends = platform.until is not None and platform.until >= context.today
        if subject.offered and not ends:
            yield self.finding(
                context,
                f"platform:{platform.id}",
                f"{platform.level.label}单位的“{platform.title}”与{'、'.join(subject.offered)}已有的平台重复",
                field="serves",
                wrong=platform.serves,
                site=subject.site,
                enforcement=Enforcement.ADVISORY,
            )


def _offered(blueprint: Blueprint, site_id: str, serves: str) -> tuple[str, ...]:
    """Titles of the sites, this one or the province, whose platform does the same."""
    above = [site for site in blueprint.sites if site.id == site_id or site.level is Level.PROVINCE]
    if serves == NETWORK:
        return tuple(site.title for site in above)
    return tuple(site.title for site in above if serves in {service.id for service in site.services})
