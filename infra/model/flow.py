"""flows.yaml: the standing flows between zones. What is not here does not pass."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from infra.model.base import Day, Id, Model, Ports, Text
from infra.model.enums import Between, ZoneKind

EVERY_ZONE: Literal["every_zone"] = "every_zone"
INTERNET: Literal["internet"] = "internet"
Source = ZoneKind | Literal["every_zone"]
Target = ZoneKind | Literal["every_zone", "internet"]


class Flow(Model):
    """Who may open connections to whom, and what for; replies follow by themselves.

    `source`, `target`: zone kinds, or `every_zone` (but itself); a kind named on both sides includes the machines of one zone among
    each other; `internet` only as target. `tenants`: whether the tenants of the two zones are included, else only the zones' own
    platforms. `expires`: the last day it holds.
    """

    id: Id
    source: tuple[Source, ...] = Field(min_length=1, alias="from")
    target: tuple[Target, ...] = Field(min_length=1, alias="to")
    between: Between = Between.SAME_SITE
    ports: tuple[Ports, ...] = Field(min_length=1)
    purpose: Text
    tenants: bool = False
    expires: Day | None = None


class Flows(Model):
    flows: tuple[Flow, ...] = Field(min_length=1)
