from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from infra.blueprint.carried import BackbonePlan, NodePlan, RingPlan, TrunkPlan
from infra.findings import Finding
from infra.model.enums import NodeKind
from policies.lines import Lines, ordinary
from policies.rule import Context, Rule
from policies.sources import Article, Document

LEAST_MBPS = 155
"""Document 002, three (1) 2: 155M的环行电子政务专网."""


@dataclass(frozen=True, slots=True)
class Uplinks:
    """A node and the node above it: the province's core, or for a county the core of its city (empty: there is none)."""

    node: NodePlan
    above: tuple[str, ...]
    lines: Lines


class RingRedundancy(Rule[Uplinks | RingPlan | TrunkPlan]):
    """No single loss, of a conduit or of a node on the way, cuts a backbone node off from the node above it; rings are closed.

    That is what two disjoint uplinks are for, so it is asked of the graph itself and not of the number of lines: two lines in one conduit
    are one. Emergency lines do not count. Every ordinary line carries 155 Mbit/s, and a ring's lines carry what the ring promises.
    """

    id: ClassVar[str] = "P26"
    title: ClassVar[str] = "骨干成环，每个节点有两条不同路由的上联"
    article: ClassVar[Article] = Article(
        Document.SUZHOU_ANHUI, "三（一）2", "通过155M的环行电子政务专网与省厅局形成纵向专网"
    )
    right: ClassVar[str] = "补一条走别的管道、别的节点的线路；建成前由本级主管部门批准限期例外"

    def subjects(self, context: Context) -> Iterable[Uplinks | RingPlan | TrunkPlan]:
        backbone = context.blueprint.backbone
        lines = Lines(backbone, emergency=False)
        for node in backbone.nodes:
            if node.kind != NodeKind.PROVINCE_CORE:
                yield Uplinks(node, _above(backbone, node), lines)
        yield from backbone.rings
        yield from filter(ordinary, backbone.trunks)

    def check(self, subject: Uplinks | RingPlan | TrunkPlan, context: Context) -> Iterator[Finding]:
        match subject:
            case Uplinks():
                yield from self._uplinks(subject, context)
            case RingPlan():
                yield from self._ring(subject, context)
            case TrunkPlan() if subject.bandwidth_mbps < LEAST_MBPS:
                yield self.finding(
                    context,
                    subject.declared_by,
                    f"干线 {subject.id} 的带宽不足 {LEAST_MBPS}M",
                    field="bandwidth_mbps",
                    wrong=str(subject.bandwidth_mbps),
                    right=f"不少于 {LEAST_MBPS}；只作应急的线路写 role: emergency",
                )

    def _uplinks(self, subject: Uplinks, context: Context) -> Iterator[Finding]:
        node = subject.node
        weak = subject.lines.weak_point(node.id, subject.above)
        if weak is not None:
            message = f"{node.title}没有两条不同路由的上联，断在一处就与上级节点失联"
            yield self.finding(context, node.declared_by, message, wrong=weak, site=node.site)

    def _ring(self, ring: RingPlan, context: Context) -> Iterator[Finding]:
        if ring.bandwidth_mbps < LEAST_MBPS:
            yield self.finding(
                context,
                ring.declared_by,
                f"{ring.title}的带宽不足 {LEAST_MBPS}M",
                field="bandwidth_mbps",
                wrong=str(ring.bandwidth_mbps),
                right=f"不少于 {LEAST_MBPS}",
            )
        trunks = {row.id: row for row in context.blueprint.backbone.trunks}
        for number, (identity, node) in enumerate(zip(ring.trunks, ring.nodes, strict=True)):
            following = ring.nodes[(number + 1) % len(ring.nodes)]
            trunk = trunks.get(identity)
            if trunk is None or not ordinary(trunk):
                yield self.finding(
                    context,
                    ring.declared_by,
                    f"{ring.title}没有闭合",
                    field=f"nodes[{number}]",
                    wrong=f"{node} 与 {following} 之间没有日常线路",
                    right=f"补一条 {node} 到 {following} 的干线，或改环网经过的节点",
                )
            elif trunk.bandwidth_mbps < ring.bandwidth_mbps:
                yield self.finding(
                    context,
                    trunk.declared_by,
                    f"干线 {trunk.id} 的带宽小于所在{ring.title}的带宽",
                    field="bandwidth_mbps",
                    wrong=str(trunk.bandwidth_mbps),
                    right=f"不少于 {ring.bandwidth_mbps}",
                )


def _above(backbone: BackbonePlan, node: NodePlan) -> tuple[str, ...]:
    """The nodes that a node's uplinks lead to: any of them will do."""
    if node.kind == NodeKind.COUNTY_CORE:
        return tuple(row.id for row in backbone.nodes if row.kind == NodeKind.CITY_CORE and row.site == node.site)
    return tuple(row.id for row in backbone.nodes if row.kind == NodeKind.PROVINCE_CORE)
