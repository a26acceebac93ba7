from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from infra.blueprint.carried import TrunkPlan
from infra.findings import Enforcement, Finding
from infra.model.enums import NodeKind
from policies.lines import Lines, ordinary
from policies.rule import Context, Rule
from policies.sources import Article, Document


@dataclass(frozen=True, slots=True)
class Lost:
    """An ordinary line, and the conduits that are lost with it."""

    trunk: TrunkPlan
    conduits: frozenset[str]
    lines: Lines


class EmergencyPath(Rule[Lost]):
    """When a line is lost its two ends still reach each other, if need be over an emergency line.

    On the trunk network (主干网, province to cities, centre and nation) all ordinary lines between the same two nodes are lost at once,
    because a second line is daily traffic and no emergency network; in the cities' networks (城域骨干) it is the line's own conduit.
    """

    id: ClassVar[str] = "P27"
    title: ClassVar[str] = "主干网和城域骨干网有应急备份路径"
    article: ClassVar[Article] = Article(Document.SUZHOU_ANHUI, "三（五）", "主干网和城域骨干网络逐步建立应急备份网络")
    right: ClassVar[str] = "补一条 role: emergency 的线路，走别的管道，最好用别的介质和运营商"

    def subjects(self, context: Context) -> Iterable[Lost]:
        backbone = context.blueprint.backbone
        lines = Lines(backbone, emergency=True)
        counties = {node.id for node in backbone.nodes if node.kind == NodeKind.COUNTY_CORE}
        together: dict[frozenset[str], set[str]] = {}
        for trunk in filter(ordinary, backbone.trunks):
            together.setdefault(frozenset((trunk.a, trunk.b)), set()).add(trunk.conduit)
        for trunk in filter(ordinary, backbone.trunks):
            ends = frozenset((trunk.a, trunk.b))
            yield Lost(trunk, frozenset({trunk.conduit} if ends & counties else together[ends]), lines)

    def check(self, subject: Lost, context: Context) -> Iterator[Finding]:
        trunk = subject.trunk
        if subject.lines.way(trunk.a, {trunk.b}, conduits=subject.conduits) is None:
            yield self.finding(
                context,
                trunk.declared_by,
                f"干线 {trunk.id} 断了以后，两端没有应急路径",
                wrong=f"{trunk.a} — {trunk.b}（{'、'.join(sorted(subject.conduits))}）",
                enforcement=Enforcement.ADVISORY,
            )
