from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from infra.blueprint.types import SitePlan, ZonePlan
from infra.findings import Enforcement, Finding
from infra.model.enums import Level, ZoneKind
from infra.model.site import LocalZone, Site
from policies.rule import Context, Rule
from policies.sources import Article, Document


@dataclass(frozen=True, slots=True)
class Built:
    """A zone that a city has, under the city's name for it."""

    site: SitePlan
    zone: ZonePlan
    declared: Site


@dataclass(frozen=True, slots=True)
class Drawn:
    """A zone of the city's own plan."""

    site: SitePlan
    number: int
    zone: LocalZone


class CityZoneMapping(Rule[Built | Drawn]):
    """Every zone of a city stands for one of the province's kinds: it says which, and its name does not say another.

    「参照」 and 「根据实际情况合理规划」 leave a city its own names, fewer zones or more; so this advises and does not block.
    """

    id: ClassVar[str] = "P08"
    title: ClassVar[str] = "市的区域对应到省的区域划分"
    article: ClassVar[Article] = Article(Document.JIANGSU_2016, "三（二）5", "各设区市参照省电子政务外网区域划分标准")
    right: ClassVar[str] = "在 site.yaml 里写明它对应省的哪一种区域（kind），名称与之相符"

    def subjects(self, context: Context) -> Iterable[Built | Drawn]:
        for site in context.blueprint.sites:
            if site.level is not Level.CITY:
                continue
            declared = context.estate.sites[site.id].site
            for zone in site.zones:
                yield Built(site, zone, declared)
            for number, drawn in enumerate(declared.local_zones):
                yield Drawn(site, number, drawn)

    def check(self, subject: Built | Drawn, context: Context) -> Iterator[Finding]:
        match subject:
            case Built():
                yield from self._built(subject, context)
            case Drawn():
                yield from self._drawn(subject, context)

    def _built(self, subject: Built, context: Context) -> Iterator[Finding]:
        site, zone = subject.site, subject.zone
        if other := _another(zone.title, zone.kind):
            yield self._advice(
                context,
                site,
                f"“{zone.title}”对应的是{zone.kind.label}",
                _place(subject),
                zone.title,
                f"名称里不出现“{other.label}”",
            )
        if Counter(row.title for row in site.zones)[zone.title] > 1:
            yield self._advice(
                context, site, "两个区域同名，分不清各自对应哪一种", _place(subject), zone.title, "各用各的名称"
            )

    def _drawn(self, subject: Drawn, context: Context) -> Iterator[Finding]:
        site, zone, field = subject.site, subject.zone, f"local_zones[{subject.number}]"
        if zone.kind is None:
            yield self._advice(context, site, f"本市自划的“{zone.title}”没有对应到省的区域", field, zone.title)
            return
        if other := _another(zone.title, zone.kind):
            right = f"kind: {other.value}，或改名"
            yield self._advice(
                context, site, f"“{zone.title}”却对应到{zone.kind.label}", f"{field}.kind", zone.kind.value, right
            )
        if zone.kind not in {row.kind for row in site.zones}:
            message = f"“{zone.title}”对应的{zone.kind.label}，本市没有"
            right = "从 without 里删去它，或对应到本市有的区域"
            yield self._advice(context, site, message, f"{field}.kind", zone.kind.value, right)

    def _advice(
        self, context: Context, site: SitePlan, message: str, field: str, wrong: str, right: str = ""
    ) -> Finding:
        return self.finding(
            context,
            site.declared_by,
            f"{site.title}：{message}",
            field=field,
            wrong=wrong,
            right=right,
            site=site.id,
            enforcement=Enforcement.ADVISORY,
        )


def _another(title: str, kind: ZoneKind) -> ZoneKind | None:
    """The kind that a title names, if it is not the zone's own."""
    if kind.label in title:
        return None
    return next((other for other in ZoneKind if other is not kind and other.label in title), None)


def _place(subject: Built) -> str:
    """Where the city has given the zone its name; a standard name stands nowhere in its file."""
    for number, row in enumerate(subject.declared.renamed):
        if row.zone == subject.zone.id:
            return f"renamed[{number}].title"
    for number, zone in enumerate(subject.declared.own_zones):
        if zone.id == subject.zone.id:
            return f"own_zones[{number}].title"
    return ""
