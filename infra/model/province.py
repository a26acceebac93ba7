"""province.yaml: the province, who is responsible, and the register of sites."""

from __future__ import annotations

from pydantic import Field

from infra.model.base import Day, Id, Model, RegionCode, Text, Whole
from infra.model.enums import AuthorityKind, Level, SiteState


class Authority(Model):
    """A body that gives approvals, and the document that says so. Its name is data: authorities are renamed more often than code.

    `site`: the city whose body it is; none: the province's. Of the kind `owner` are departments and operators that consent to what
    concerns them: the title is the one by which they are declared as owner or operator.
    """

    id: Id
    kind: AuthorityKind
    title: Text
    basis: Text
    site: Id | None = None


class Flavor(Model):
    """A machine size; memory in MiB, disk in GiB."""

    id: Id
    vcpus: Whole = Field(ge=1, le=64)
    ram_mib: Whole = Field(ge=64, le=524288)
    disk_gib: Whole = Field(ge=1, le=4096)


class SiteEntry(Model):
    """A row of the register of sites. The slot is a site's place in the address plan and never changes."""

    id: Id
    name: Text
    level: Level
    code: RegionCode
    slot: Whole = Field(ge=0, le=14)
    state: SiteState = SiteState.OPEN


class Province(Model):
    """The province. `legacy_baseline`: department networks built later are new ones (document 004 was issued that day)."""

    id: Id
    name: Text
    code: RegionCode
    legacy_baseline: Day
    authorities: tuple[Authority, ...] = Field(min_length=1)
    sites: tuple[SiteEntry, ...] = Field(min_length=1)
    flavors: tuple[Flavor, ...] = Field(min_length=1)
