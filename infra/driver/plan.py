"""Update plans of the engine: what a preview intends to create, with the inputs it already knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""How the engine writes a value that is not known before something else has been created."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A resource that the preview would create. `inputs` as the engine will send them, secrets sealed."""

    urn: str
    type: str
    custom: bool
    inputs: Mapping[str, Any]
    parent: str
    provider: str
    protect: bool
    dependencies: tuple[str, ...]
    property_dependencies: Mapping[str, list[str]]

    @property
    def name(self) -> str:
        """The logical name."""
        return self.urn.rpartition("::")[2]

    @property
    def known(self) -> bool:
        """Whether every input has its value already: everything it refers to exists."""
        return not _has_unknown(self.inputs)


def creates(plan: Mapping[str, Any]) -> dict[str, Planned]:
    """URN → resource for everything that a saved plan creates (replacements not counted)."""
    return {create.urn: create for create in _planned(plan)}


def _planned(plan: Mapping[str, Any]) -> Iterator[Planned]:
    for urn, entry in plan["resourcePlans"].items():
        if entry.get("steps") == ["create"]:
            goal = entry["goal"]
            yield planned(urn, goal, goal.get("inputDiff", {}).get("adds"))


def planned(urn: str, said: Mapping[str, Any], inputs: Mapping[str, Any] | None) -> Planned:
    """From how a plan (its goals) or a deployment (its resources) describes a resource."""
    return Planned(
        urn=urn,
        type=said["type"],
        custom=bool(said.get("custom")),
        inputs=inputs or {},
        parent=said.get("parent", ""),
        provider=said.get("provider", ""),
        protect=bool(said.get("protect")),
        dependencies=tuple(said.get("dependencies") or ()),
        property_dependencies=said.get("propertyDependencies") or {},
    )


def _has_unknown(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_has_unknown(part) for part in value.values())
    if isinstance(value, list):
        return any(_has_unknown(part) for part in value)
    return bool(value == UNKNOWN)
