"""services.yaml: the platforms of the province, one entry a system that the documents name."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from infra.model.base import Day, Id, Model, Ports, Text, Whole
from infra.model.enums import Arch, BackupClass, Capability, DataClass, Level, Protection, SignIn, ZoneKind

Item = Annotated[str, StringConstraints(pattern=r"^[ABSOWG][0-9]{1,2}$")]
"""Number of a demand in the list of what the documents ask for (docs/coverage.md)."""


class Machines(Model):
    """The machines of a service that do one thing, all equal, in one zone.

    `also`: further zones in which each of them has a leg. `realised`: the sites where the machines are made on the site's own cloud;
    elsewhere they are planned, addressed and previewed. `without`: what of the common protection they do not have.
    `os`, `chip`, `database`: products of products.yaml, where they are not the standard ones; `reason`: why not domestic ones.
    """

    capability: Capability
    zone: ZoneKind
    count: Whole = Field(ge=1, le=20)
    arch: Arch = Arch.AARCH64
    flavor: Id
    also: tuple[ZoneKind, ...] = ()
    realised: tuple[Id, ...] = ()
    os: Id | None = None
    chip: Id | None = None
    database: Id | None = None
    reason: Text | None = None
    without: tuple[Protection, ...] = ()


class Step(Model):
    """One hop of a service's own flow. Hops between zones need a standing flow or stay declared only."""

    source: ZoneKind | Literal["internet"] = Field(alias="from")
    target: ZoneKind = Field(alias="to")
    ports: tuple[Ports, ...] = Field(min_length=1)
    purpose: Text


class Service(Model):
    """A platform. `covers`: what of the documents it answers. `levels`: at which sites it runs. `vpn`: the VPN instance it lives in, if any.

    `mlps_filing`, `mlps_assessed`: 等保 filing number and day of the last assessment, when there are. `project`: what it is built and
    paid by. `catalogue`: whether it holds government information of its own, which then is in the catalogue; the platform's own
    services do not. `log_days`: how many days it keeps everybody's logs, if it is the one that does.
    """

    id: Id
    title: Text
    covers: tuple[Item, ...] = Field(min_length=1)
    levels: tuple[Level, ...] = Field(min_length=1)
    owner: Text
    operator: Text
    project: Id | None = None
    mlps_level: Whole = Field(ge=1, le=3)
    mlps_filing: Text | None = None
    mlps_assessed: Day | None = None
    data_class: DataClass
    backup: BackupClass
    dr_class: Whole = Field(ge=1, le=6)
    monitored: bool = True
    catalogue: bool = True
    sign_in: SignIn = SignIn.UNIFIED
    log_days: Whole | None = Field(default=None, ge=1)
    vpn: Id | None = None
    machines: tuple[Machines, ...] = ()
    flows: tuple[Step, ...] = ()
    note: Text | None = None


class Services(Model):
    services: tuple[Service, ...] = Field(min_length=1)
