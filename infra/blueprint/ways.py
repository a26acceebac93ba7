"""Which standing flows let somebody through: permissions looked up by their two ends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from infra.blueprint.paths import Instance
from infra.blueprint.types import PermitPlan


class Ways:
    """All permissions by source and target; built once for all sites."""

    def __init__(self, permits: Iterable[PermitPlan]) -> None:
        self._between: dict[tuple[Instance, Instance], list[PermitPlan]] = defaultdict(list)
        for permit in permits:
            self._between[permit.source, permit.target].append(permit)

    def permits(self, source: Instance, target: Instance) -> tuple[PermitPlan, ...]:
        """Every permission from one zone instance to another."""
        return tuple(self._between.get((source, target), ()))

    def flows(self, source: Instance, target: Instance, protocol: str, low: int, high: int) -> tuple[str, ...]:
        """Ids of the flows that let a whole port range through."""
        rows = self.permits(source, target)
        return tuple(
            row.flow for row in rows if row.protocol == protocol and row.port_min <= low and high <= row.port_max
        )
