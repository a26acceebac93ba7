"""The backbone as a graph: who still reaches whom when something is lost. Lines in one conduit are lost together."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterator

from infra.blueprint.carried import BackbonePlan, TrunkPlan
from infra.model.enums import TrunkRole


def ordinary(trunk: TrunkPlan) -> bool:
    """Whether a line carries traffic every day, and not only when the others are lost."""
    return trunk.role != TrunkRole.EMERGENCY


class Lines:
    """The lines of the backbone by the nodes they end at."""

    def __init__(self, backbone: BackbonePlan, *, emergency: bool) -> None:
        self._at: dict[str, list[tuple[str, TrunkPlan]]] = defaultdict(list)
        for trunk in backbone.trunks:
            if emergency or ordinary(trunk):
                self._at[trunk.a].append((trunk.b, trunk))
                self._at[trunk.b].append((trunk.a, trunk))

    def way(
        self, source: str, targets: Collection[str], *, conduits: Collection[str] = (), nodes: Collection[str] = ()
    ) -> tuple[TrunkPlan, ...] | None:
        """The lines of a shortest way to one of the targets, without some conduits and nodes; `None` when there is no way."""
        came: dict[str, tuple[str, TrunkPlan]] = {}
        seen, waiting = {source, *nodes}, deque([source])
        while waiting:
            here = waiting.popleft()
            if here in targets:
                return tuple(_back(came, source, here))
            for there, trunk in self._at[here]:
                if there not in seen and trunk.conduit not in conduits:
                    seen.add(there)
                    came[there] = here, trunk
                    waiting.append(there)
        return None

    def weak_point(self, source: str, targets: Collection[str]) -> str | None:
        """What alone cuts a node off from all the targets: a conduit or a node between. `None`: nothing does; two disjoint ways exist.

        Whatever is not on one way cannot cut that way, so only what is on it has to be tried. Without any way it is the node itself.
        """
        way = self.way(source, targets)
        if way is None:
            return f"节点 {source}"
        for trunk in way:
            if self.way(source, targets, conduits={trunk.conduit}) is None:
                return f"管道 {trunk.conduit}"
        between = {end for trunk in way for end in (trunk.a, trunk.b)} - {source, *targets}
        for node in sorted(between):
            if self.way(source, targets, nodes={node}) is None:
                return f"节点 {node}"
        return None


def _back(came: dict[str, tuple[str, TrunkPlan]], source: str, target: str) -> Iterator[TrunkPlan]:
    here = target
    while here != source:
        here, trunk = came[here]
        yield trunk
