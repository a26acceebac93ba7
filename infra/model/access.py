"""sites/<city>/counties.yaml and sites/<site>/access.yaml: who is connected, by which circuit, down to the towns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from infra.model.base import Day, Id, Model, RegionCode, Text, Whole
from infra.model.enums import CountyType, Medium

UNREGISTERED = "未登记"
"""Said wherever a fact is not known yet; nobody makes one up."""

Bandwidth = Annotated[int, Field(strict=True, ge=1, le=400_000)]
"""In Mbit/s."""


class Access(Model):
    """An access circuit (documents 002, three (1) 2 and 3). `circuit` and `until` (end of contract) may be unregistered."""

    medium: Medium
    carrier: Text
    bandwidth_mbps: Bandwidth
    circuit: Text = UNREGISTERED
    until: Day | None = None


class Duty(Model):
    """How to reach whoever is on duty: a post, never a person."""

    post: Text
    phone: Text = UNREGISTERED


class Towns(Model):
    """How many units below the county there are, by sort. Their names are filled in by serial number as they become known."""

    subdistrict: Whole = Field(default=0, ge=0)
    town: Whole = Field(default=0, ge=0)
    township: Whole = Field(default=0, ge=0)
    other: Whole = Field(default=0, ge=0)
    names: dict[int, Text] = Field(default_factory=dict)

    @property
    def count(self) -> int:
        return self.subdistrict + self.town + self.township + self.other

    def sorts(self) -> Iterator[str]:
        """The sort of each, in the order of their serial numbers."""
        for sort, title in (("subdistrict", "街道"), ("town", "镇"), ("township", "乡"), ("other", "其他乡级单位")):
            yield from [title] * int(getattr(self, sort))


class County(Model):
    """A county unit and its towns. `town_access`: the circuit each of its towns has unless it says otherwise."""

    id: Id
    name: Text
    code: RegionCode
    type: CountyType
    access: Access
    duty: Duty
    towns: Towns
    town_access: Access


class Counties(Model):
    counties: tuple[County, ...] = Field(min_length=1)


class Unit(Model):
    """A department that is connected at this site, with its circuit."""

    department: Id
    place: Text
    access: Access
    duty: Duty


class Units(Model):
    units: tuple[Unit, ...] = Field(min_length=1)
