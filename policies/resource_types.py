"""The table of all resource types of pulumi-openstack: guarded, harmless or refused (`resource_types.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("resource_types.toml")

Scalar = str | int | bool


@dataclass(frozen=True, slots=True)
class Guarded:
    """The blueprint says which resources of this type there are. `defaults`: what the provider fills in for an unset property."""

    properties: frozenset[str]
    defaults: Mapping[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Harmless:
    """May exist beside the blueprint."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Never, for a reason that is shown to the user."""

    reason: str


Treatment = Guarded | Harmless | Refused


@cache
def resource_types() -> Mapping[str, Treatment]:
    """Treatment of every resource type by its token. `ValueError` when a type is listed twice."""
    raw = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    rows: list[tuple[str, Treatment]] = [
        (token, Guarded(frozenset(row["properties"]), row.get("defaults", {}))) for token, row in raw["guarded"].items()
    ]
    rows += [(token, Harmless(row["reason"])) for row in raw["harmless"] for token in row["types"]]
    rows += [(token, Refused(row["reason"])) for row in raw["refused"] for token in row["types"]]
    table = dict(rows)
    if len(table) != len(rows):
        raise ValueError(f"{TABLE.name} lists a type twice")
    return table


def treatment(token: str) -> Treatment:
    """How a resource type is treated; a type that nobody listed is refused."""
    return resource_types().get(token) or Refused("没有登记过的资源类型；凡未登记者一律不准创建")
