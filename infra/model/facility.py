"""sites/<site>/facilities.yaml: what departments have, or mean to have, of their own beside the extranet.

The documents forbid or regulate each of these; declared here it can be judged, counted and wound up. What the site's own platform
consists of is not here.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from infra.model.base import Day, Id, Model, Text
from infra.model.enums import Level, ZoneKind


class Facility(Model):
    """What every facility says of itself. `department`: whose it is. `example`: 示例, nobody has declared it."""

    id: Id
    title: Text
    department: Id
    owner: Text
    operator: Text
    example: bool = False


class MachineRoom(Facility):
    """A department's machine room. `rebuilt`: when last rebuilt or enlarged; `hosts_bought`: when machines were last bought for it."""

    place: Text
    built: Day
    rebuilt: Day | None = None
    hosts_bought: Day | None = None


class OwnCloud(Facility):
    """A department's own cloud platform. `enlarged`: when capacity was last added."""

    built: Day
    enlarged: Day | None = None


NETWORK: Literal["network"] = "network"
"""What a platform serves that is a network of its own."""


class OwnPlatform(Facility):
    """A platform of one unit. `level`: of the unit that built it. `serves`: the platform of services.yaml that does the same, or the network.

    `until`: the day on which it is merged into that one and stopped.
    """

    level: Level
    built: Day
    serves: Id | Literal["network"]
    until: Day | None = None


class WebEntry(StrEnum):
    """How the public comes to a website: at the portal's entry, as a virtual host of it, or by an entry of its own."""

    PORTAL = "portal"
    OWN = "own"


class WebIdentity(Model):
    """What a website keeps when it moves into the portal (document 000, two (2) 1: 域名不变、版权不变、维护主体不变)."""

    domain: Text
    copyright: Text
    maintainer: Text


class Website(Facility):
    """A department's website. `before`: what it was called and whose it was before it moved into the portal."""

    identity: WebIdentity
    opened: Day
    entry: WebEntry
    before: WebIdentity | None = None


class Line(Facility):
    """A department's own line or branch network that leads to a unit of another place. `to`: the level of the unit it leads to.

    `basis`: the central document that a vertical or dual unit cites for it (document 003, three (2) 1: 以中央要求為主).
    """

    to: Level
    place: Text
    built: Day
    basis: Text | None = None


class RemoteEndpoint(Facility):
    """Where people come in from outside: a VPN gateway, a remote desktop, a dial-in. `zone`: where it stands; none: outside the extranet."""

    way: Text
    opened: Day
    zone: ZoneKind | None = None


class Application(Facility):
    """A department's application. `approved`: when building or continuing it was decided. `tenant`: where it is deployed, if on the extranet."""

    approved: Day
    state_secret: bool
    tenant: Id | None = None


class Facilities(Model):
    """Everything of one site, by sort. An empty list says that there is nothing of the sort; a site without the file has said nothing."""

    machine_rooms: tuple[MachineRoom, ...] = ()
    clouds: tuple[OwnCloud, ...] = ()
    platforms: tuple[OwnPlatform, ...] = ()
    websites: tuple[Website, ...] = ()
    lines: tuple[Line, ...] = ()
    remote_endpoints: tuple[RemoteEndpoint, ...] = ()
    applications: tuple[Application, ...] = ()

    def sorts(self) -> dict[str, tuple[str, tuple[Facility, ...]]]:
        """Field name → the word references begin with, and the facilities."""
        return {
            "machine_rooms": ("room", self.machine_rooms),
            "clouds": ("cloud", self.clouds),
            "platforms": ("platform", self.platforms),
            "websites": ("website", self.websites),
            "lines": ("line", self.lines),
            "remote_endpoints": ("endpoint", self.remote_endpoints),
            "applications": ("application", self.applications),
        }
