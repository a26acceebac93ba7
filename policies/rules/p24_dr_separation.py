from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from infra.blueprint.planned import CopyPlan
from infra.blueprint.types import SitePlan
from infra.findings import Finding
from infra.model.enums import Level
from policies.rule import Context, Rule
from policies.sources import Article, Document


@dataclass(frozen=True, slots=True)
class Centres:
    """The province and its DR centres."""

    sites: tuple[SitePlan, ...]


class DrSeparation(Rule[SitePlan | Centres]):
    """The province has a DR centre away from its own data centre; every city is signed up with it; copies stand in another city.

    What counts is where data centres stand (`location`), not whose they are: the provincial data centre in Nanjing is no place for
    Nanjing's copies. A site whose centre stands in its own city needs a further keeper elsewhere. Between connected sites the copy must
    also get through.
    """

    id: ClassVar[str] = "P24"
    title: ClassVar[str] = "副本存放在省容灾备份中心，与原件不在同一座城市"
    article: ClassVar[Article] = Article(
        Document.JIANGSU_2016, "三（二）5", "建设省容灾备份中心，为各设区市提供数据备份服务"
    )
    right: ClassVar[str] = "在 site.yaml 的 copies_at 写上省容灾备份中心；它与本站点同城的，再写一个别的城市的站点"

    def subjects(self, context: Context) -> Iterable[SitePlan | Centres]:
        yield Centres(tuple(site for site in context.blueprint.sites if site.level is Level.DR))
        yield from context.blueprint.sites

    def check(self, subject: SitePlan | Centres, context: Context) -> Iterator[Finding]:
        match subject:
            case Centres():
                yield from self._centre(subject, context)
            case SitePlan():
                yield from self._subscription(subject, context)
                yield from self._elsewhere(subject, context)
                yield from self._ways(subject, context)

    def _centre(self, subject: Centres, context: Context) -> Iterator[Finding]:
        """Off-site for the province itself: 对省数据中心实现异地数据备份."""
        estate = context.estate
        if not subject.sites:
            message = "没有省容灾备份中心"
            right = "在 province.yaml 登记一个 level: dr 的站点，它的机房不在省数据中心所在的城市"
            yield self.finding(context, f"province:{estate.province.id}", message, field="sites", right=right)
        homes = {site.location: site for site in context.blueprint.sites if site.level is Level.PROVINCE}
        for centre in subject.sites:
            if (home := homes.get(centre.location)) is not None:
                yield self.finding(
                    context,
                    centre.declared_by,
                    f"{centre.title}与省数据中心（{home.title}）在同一座城市",
                    field="location",
                    wrong=centre.location,
                    right="另一座城市的区划代码",
                    site=centre.id,
                )

    def _subscription(self, site: SitePlan, context: Context) -> Iterator[Finding]:
        centres = [row.id for row in context.blueprint.sites if row.level is Level.DR]
        keepers = context.estate.sites[site.id].site.copies_at
        if site.level is not Level.DR and centres and not set(centres) & set(keepers):
            yield self.finding(
                context,
                site.declared_by,
                f"{site.title}没有使用省容灾备份中心",
                field="copies_at",
                wrong="、".join(keepers),
                right=f"copies_at 里写上 {centres[0]}",
                site=site.id,
            )

    def _elsewhere(self, site: SitePlan, context: Context) -> Iterator[Finding]:
        locations = {row.id: row.location for row in context.blueprint.sites}
        keepers = [name for name in context.estate.sites[site.id].site.copies_at if name in locations]
        if keepers and all(locations[name] == site.location for name in keepers):
            yield self.finding(
                context,
                site.declared_by,
                f"{site.title}的副本与原件在同一座城市，一起毁了就都没有了",
                field="copies_at",
                wrong="、".join(f"{name}（{locations[name]}）" for name in keepers),
                right="再写一个别的城市的站点",
                site=site.id,
            )

    def _ways(self, site: SitePlan, context: Context) -> Iterator[Finding]:
        """Each keeper once: it must have a machine that takes copies and, when both sites are connected, a way to it."""
        connected = {row.id for row in context.blueprint.sites if row.connected}
        first: dict[str, CopyPlan] = {}
        for job in site.backups:
            for copy in job.copies:
                if copy.site != site.id:
                    first.setdefault(copy.site, copy)
        for name, copy in sorted(first.items()):
            if not copy.host_id:
                message, right = f"{name} 没有接收副本的备份机", f"在 {name} 的容灾备份区部署能力为 backup 的机器"
            elif {site.id, name} <= connected and not copy.flows:
                message, right = (
                    f"副本送不到 {name}：容灾备份区之间没有常设流向",
                    "在 flows.yaml 补上这两级站点之间的备份流向",
                )
            else:
                continue
            number = context.estate.sites[site.id].site.copies_at.index(name)
            yield self.finding(
                context, site.declared_by, message, field=f"copies_at[{number}]", wrong=name, right=right, site=site.id
            )
