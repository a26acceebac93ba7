"""pools.yaml: the only place where address space is written down (domain rule: nobody types a CIDR elsewhere)."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from infra.model.base import Cidr4, Cidr6, Model, Text, Whole, wrong
from infra.model.enums import Level, ZoneKind

_CELL = re.compile(r"^([0-9]{1,5})/([0-9]{1,2})$")


def cell(text: str) -> tuple[int, int]:
    """`5/4` → (5, 4): the sixth of the sixteen equal cells that four bits make."""
    match = _CELL.match(text)
    if match is None or int(match[1]) >= 2 ** int(match[2]):
        raise wrong("分格应写成 序号/位数，序号小于 2 的位数次方", "0/2")
    return int(match[1]), int(match[2])


def _cell(value: str) -> str:
    cell(value)
    return value


Cell = Annotated[str, AfterValidator(_cell), Field(json_schema_extra={"pattern": _CELL.pattern})]


class Part(StrEnum):
    """Uses of a zone's block."""

    PLATFORMS = "platforms"
    DEPARTMENTS = "departments"
    TENANTS = "tenants"
    MAN = "man"
    COUNTIES = "counties"


class PartRow(Model):
    """Which cells of a zone's block serve one use, at one level."""

    level: Level
    part: Part
    v4: tuple[Cell, ...] = Field(min_length=1)
    v6: tuple[Cell, ...] = Field(min_length=1)


class Instances(Model):
    """Prefix lengths that cut a kind's space once more, a piece a VPN instance: IPv4 before the slots, IPv6 after."""

    v4: Whole = Field(ge=8, le=28)
    v6: Whole = Field(ge=32, le=60)


class Pool(Model):
    """Address space of a zone kind, or of the links. Four bits below it are the site's slot."""

    v4: Cidr4
    v6: Cidr6
    instances: Instances | None = None
    parts: tuple[PartRow, ...] = ()


class Pools(Model):
    """All address space. `quarantine_days`: how long a released block rests. `growth_bits`: 1 keeps a tenant's neighbour half free."""

    note: Text
    quarantine_days: Whole = Field(ge=0)
    growth_bits: Whole = Field(ge=0, le=3)
    zones: dict[ZoneKind, Pool]
    links: Pool
