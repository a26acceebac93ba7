"""zones.yaml: the province's standard zones. vpns.yaml: VPN instances in the dedicated zone. Kinds are in code, instances here."""

from __future__ import annotations

from pydantic import Field

from infra.model.base import Id, Model, Text, Whole
from infra.model.enums import ZoneKind


class Zone(Model):
    """A standard zone; every site has one unless it says otherwise.

    `vpn`: only for `dedicated`, the number of its VPN instance (0 is the common one). `mlps_level`: 等保 level of the zone's platform.
    """

    id: Id
    kind: ZoneKind
    title: Text
    purpose: Text
    mlps_level: Whole = Field(ge=1, le=3)
    vpn: Whole = Field(default=0, ge=0, le=63)


class Zones(Model):
    zones: tuple[Zone, ...] = Field(min_length=1)


OWN_VPNS = range(48, 64)
"""Numbers of VPN instances that a site may give to zones of its own; the lower ones belong to the province."""


class Vpn(Model):
    """A VPN instance of a vertical system (document 001, two (2): 金税 金财 …); it spans the sites where it is opened.

    `number`: its place in the dedicated pool and in route distinguisher and route target. `basis`: the central provision it rests on.
    `imports`: other instances whose routes it takes in; of another owner's only by exception (P06).
    """

    id: Id
    number: Whole = Field(ge=1, lt=OWN_VPNS.start)
    system: Text
    title: Text
    department: Id
    basis: Text
    mlps_level: Whole = Field(ge=1, le=3)
    opened: tuple[Id, ...] = ()
    imports: tuple[Id, ...] = ()

    def zone(self) -> Zone:
        """The zone that this instance is at a site."""
        return Zone(
            id=f"vpn_{self.id}",
            kind=ZoneKind.DEDICATED,
            title=f"专用网络区·{self.system}",
            purpose=self.title,
            mlps_level=self.mlps_level,
            vpn=self.number,
        )


class Vpns(Model):
    vpns: tuple[Vpn, ...] = ()
