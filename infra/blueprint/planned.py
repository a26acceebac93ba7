"""Machines before there are any: where each will stand, where its data are copied to, and who watches it.

Addresses of machines are planned, so inventory, monitoring and backup exist, and are judged, before any cloud does (architecture).
"""

from __future__ import annotations

from dataclasses import dataclass

from infra.blueprint.pair import Pair

STATE = "deployment_state"
"""Source of the job that keeps a site's deployment state: without it the cloud's resources are nobody's."""

DECLARATIONS = "declarations"
"""Source of the job that keeps the estate and its history. A machine that keeps no data comes back from it."""


@dataclass(frozen=True, slots=True)
class HostLeg:
    """A machine's port in a zone, at planned single addresses."""

    zone_id: str
    addresses: Pair


@dataclass(frozen=True, slots=True)
class HostPlan:
    """A machine of a service at a site. `legs`: the first is in the zone it belongs to. `capability` is its inventory group.

    `realised`: made by this program on the site's cloud; the others are planned and previewed. `protection`: what of the common
    protection it has; each is an inventory group too.
    """

    id: str
    name: str
    site: str
    service: str
    capability: str
    arch: str
    flavor_id: str
    legs: tuple[HostLeg, ...]
    realised: bool
    protection: tuple[str, ...]
    declared_by: str

    @property
    def zone_id(self) -> str:
        """The zone it belongs to."""
        return self.legs[0].zone_id

    @property
    def addresses(self) -> Pair:
        """Its addresses in the zone it belongs to."""
        return self.legs[0].addresses


@dataclass(frozen=True, slots=True)
class CopyPlan:
    """One place where a job keeps a copy: the backup machine that takes it (`""`: the site has none).

    `every_minutes`: 0 means at once. `offsite`: whether that site stands in another city. `flows`: the standing flows that let the copy
    through; none means that nobody may send it there (yet).
    """

    site: str
    host_id: str
    offsite: bool
    every_minutes: int
    keep_days: int
    flows: tuple[str, ...]
    port: int


@dataclass(frozen=True, slots=True)
class RestorePlan:
    """A restore that was tried: the day, whose copy was used, how long it took, and whether what came back was what had been saved."""

    tested: str
    copy_at: str
    minutes: int
    equal: bool
    example: bool


@dataclass(frozen=True, slots=True)
class BackupJobPlan:
    """The backup of a machine that keeps data, of a tenant's volumes (taken by the platform, without a way through any zone), of what a
    site's deployment knows, or of the declarations.

    `source`: id of the host or tenant, `STATE` or `DECLARATIONS`. `zone_id`: the zone from which it is sent (`""`: none, as said).
    `takes`: a value of `Takes`. `rpo_minutes`, `rto_minutes`: how much time may be lost, how long recovery may take.
    `restored`: the last restore that was tried at this site, of anything that `declared_by` declares; `None`: none ever was.
    """

    id: str
    source: str
    zone_id: str
    takes: str
    backup: str
    mlps_level: int
    rpo_minutes: int
    rto_minutes: int
    copies: tuple[CopyPlan, ...]
    restored: RestorePlan | None
    declared_by: str


@dataclass(frozen=True, slots=True)
class MonitorTarget:
    """What is asked of a machine and by which monitor (`""`: the site has none); `flows` let the question through."""

    job: str
    host_id: str
    port: int
    watched_by: str
    flows: tuple[str, ...]
    declared_by: str


@dataclass(frozen=True, slots=True)
class LogPlan:
    """Where a machine's logs go (`""`: the site has nobody who keeps them), how long they stay, and the flows that let them through."""

    host_id: str
    kept_by: str
    port: int
    keep_days: int
    flows: tuple[str, ...]
    declared_by: str
