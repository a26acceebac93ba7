"""The blueprint: everything derived from estate and ledger, frozen, with no unknowns. Adapters read it, rules judge it.

Conventions
- `id` is the resource's Pulumi logical name, unique in its stack; `name` its OpenStack name (`names.named`).
- References to other resources are their ids (field names end in `_id`), never cloud ids.
- Addresses and prefixes are canonical strings (`10.52.0.0/24`, `2001:db8:d00::/64`); sequences are tuples in sorted order.
- `declared_by` says which declaration a thing comes from (`site:suqian`, `zone:suqian/public_shared`, `flow:web-in`,
  `tenant:suqian_renshe`); `Estate.where(reference, field)` finds file and line. Line numbers are not part of the blueprint.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

# What other modules say is part of this one's words.
from infra.blueprint.accounts import CloudPlan as CloudPlan
from infra.blueprint.accounts import ComputeQuota as ComputeQuota
from infra.blueprint.accounts import ExternalPlan as ExternalPlan
from infra.blueprint.accounts import FlavorPlan as FlavorPlan
from infra.blueprint.accounts import GroupMembership as GroupMembership
from infra.blueprint.accounts import IdentityPlan as IdentityPlan
from infra.blueprint.accounts import NetworkQuota as NetworkQuota
from infra.blueprint.accounts import ProjectPlan as ProjectPlan
from infra.blueprint.accounts import WirePlan as WirePlan
from infra.blueprint.carried import (
    BackbonePlan,
    CountyPlan,
    FacilityPlan,
    ServicePlan,
    TenantLabels,
    UnitPlan,
    VpnPlan,
    WaiverPlan,
)
from infra.blueprint.operations import DutyPlan, ExercisePlan, OperationsPlan
from infra.blueprint.pair import IpVersion as IpVersion  # these two are words of this module too
from infra.blueprint.pair import Pair as Pair
from infra.blueprint.planned import BackupJobPlan, HostPlan, LogPlan, MonitorTarget
from infra.blueprint.works import WorkPlan
from infra.model.enums import Level, ZoneKind

Direction = Literal["ingress", "egress"]


# --- layers network and tenants ---------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class SubnetPlan:
    """A subnet of a network. `pool_id` empty: not taken from a pool (border, wires). `gateway` empty: none."""

    id: str
    name: str
    version: IpVersion
    cidr: str
    gateway: str
    dhcp: bool
    pool_id: str
    allocation: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class NetworkPlan:
    """A network and its subnets. `made_by_cloud`: made by layer cloud (a wire), only its subnets are made here."""

    id: str
    name: str
    subnets: tuple[SubnetPlan, ...]
    made_by_cloud: bool
    declared_by: str


@dataclass(frozen=True, slots=True)
class LegPlan:
    """A router's port in a network, at planned addresses."""

    id: str
    name: str
    router_id: str
    network_id: str
    addresses: Pair
    declared_by: str


@dataclass(frozen=True, slots=True)
class RoutePlan:
    """A static route of a router; `flows` are the ids of the flows that need it (`tenant:<id>` for a tenant's own flows)."""

    destination: str
    next_hop: str
    flows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RouterPlan:
    """The router of a zone: its legs, routes, and the external network it uses for egress (`""`: none)."""

    id: str
    name: str
    zone_id: str
    legs: tuple[LegPlan, ...]
    routes: tuple[RoutePlan, ...]
    external_id: str
    declared_by: str


@dataclass(frozen=True, slots=True)
class RulePlan:
    """A security-group rule. Ports inclusive; both 0 only for protocols without ports (icmp, icmpv6)."""

    id: str
    group_id: str
    direction: Direction
    version: IpVersion
    protocol: str
    port_min: int
    port_max: int
    remote: str
    declared_by: str


@dataclass(frozen=True, slots=True)
class SecurityGroupPlan:
    """A security group; it starts empty (Neutron's default rules are deleted) and permits what its rules say."""

    id: str
    name: str
    description: str
    rules: tuple[RulePlan, ...]
    declared_by: str


@dataclass(frozen=True, slots=True)
class ProbePlan:
    """A port at a planned address in a zone's network, from which and to which `govnet verify` sends packets."""

    id: str
    name: str
    network_id: str
    addresses: Pair
    group_id: str


@dataclass(frozen=True, slots=True)
class ScopePlan:
    """Address scope and subnet pool of one IP version of a zone."""

    scope_id: str
    scope_name: str
    pool_id: str
    pool_name: str
    version: IpVersion
    prefix: str


@dataclass(frozen=True, slots=True)
class ZonePlan:
    """A zone instance: one routing domain of one site. `block` is all that is or will be addressed in it, `hosts` its own network."""

    id: str
    site: str
    kind: ZoneKind
    title: str
    block: Pair
    hosts: Pair
    scopes: tuple[ScopePlan, ...]
    network: NetworkPlan
    wire: NetworkPlan | None
    router: RouterPlan
    group: SecurityGroupPlan
    probe: ProbePlan
    declared_by: str


@dataclass(frozen=True, slots=True)
class SharePlan:
    """A targeted RBAC share of a network or security group with one tenant project."""

    id: str
    object_type: Literal["network", "security_group"]
    object_id: str
    project_id: str


@dataclass(frozen=True, slots=True)
class TenantFlowPlan:
    """A flow of a tenant's own that is in force, from (`ingress`) or to a zone of its site; `expires`: its last day, empty: none was said.

    What it opens is in the groups' rules; here is what it is for.
    """

    direction: Direction
    zone_id: str
    protocol: Literal["tcp", "udp"]
    port_min: int
    port_max: int
    purpose: str
    expires: str
    declared_by: str


@dataclass(frozen=True, slots=True)
class TenantPlan:
    """A tenant of a site: its network in its zone, its group, its shares; `zone_rules` are the peers' halves of its `flows`."""

    id: str
    site: str
    title: str
    department: str
    zone_id: str
    project_id: str
    network: NetworkPlan
    leg: LegPlan
    group: SecurityGroupPlan
    flows: tuple[TenantFlowPlan, ...]
    zone_rules: tuple[RulePlan, ...]
    shares: tuple[SharePlan, ...]
    declared_by: str
    labels: TenantLabels | None = None


# --- layer platform ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class PortPlan:
    """A port at planned addresses in a zone's own network, guarded by these groups (of layer network or of this one)."""

    id: str
    name: str
    network_id: str
    addresses: Pair
    group_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MachinePlan:
    """A machine that is made on the site's cloud; the first port is in the zone it belongs to. Flavour and image by their names."""

    id: str
    name: str
    flavor_name: str
    image_name: str
    ports: tuple[PortPlan, ...]
    declared_by: str


@dataclass(frozen=True, slots=True)
class PlatformPlan:
    """Layer `platform`: the site's machines, and the bastion's port in operations management from which they are administered."""

    keypair_id: str
    keypair_name: str
    groups: tuple[SecurityGroupPlan, ...]
    bastion: PortPlan
    machines: tuple[MachinePlan, ...]


# --- what must and must not pass --------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class PermitPlan:
    """A derived permission between two zone instances: `(site, zone)` to `(site, zone)`, or to the internet (`("", "internet")`).

    `expires`: its last day; empty: none was said.
    """

    flow: str
    source: tuple[str, str]
    target: tuple[str, str]
    protocol: Literal["tcp", "udp"]
    port_min: int
    port_max: int
    versions: tuple[IpVersion, ...]
    purpose: str
    expires: str
    declared_by: str


@dataclass(frozen=True, slots=True)
class LegacyPlan:
    """A department's grandfathered private network. Nothing is ever created of it; its ranges are kept free."""

    id: str
    site: str
    title: str
    department: str
    owner: str
    operator: str
    ranges: tuple[str, ...]
    declared_by: str


@dataclass(frozen=True, slots=True)
class SitePlan:
    """One site: the province, a city, or the disaster recovery centre. `connected`: open, so that others have ways to it."""

    id: str
    title: str
    slot: int
    code: str
    level: Level
    location: str
    asn: int
    cloud: CloudPlan
    identity: IdentityPlan
    border: NetworkPlan
    zones: tuple[ZonePlan, ...]
    tenants: tuple[TenantPlan, ...]
    legacy: tuple[LegacyPlan, ...]
    declared_by: str
    connected: bool = True
    data_center: str = ""
    owner: str = ""
    operator: str = ""
    counties: tuple[CountyPlan, ...] = ()
    units: tuple[UnitPlan, ...] = ()
    vpns: tuple[VpnPlan, ...] = ()
    services: tuple[ServicePlan, ...] = ()
    facilities: tuple[FacilityPlan, ...] = ()
    hosts: tuple[HostPlan, ...] = ()
    backups: tuple[BackupJobPlan, ...] = ()
    targets: tuple[MonitorTarget, ...] = ()
    logs: tuple[LogPlan, ...] = ()
    platform: PlatformPlan | None = None
    duty: DutyPlan | None = None
    exercises: tuple[ExercisePlan, ...] = ()

    def zone(self, zone_id: str) -> ZonePlan:
        """The zone instance with this id; `KeyError` when the site has none."""
        for zone in self.zones:
            if zone.id == zone_id:
                return zone
        raise KeyError(zone_id)


@dataclass(frozen=True, slots=True)
class Blueprint:
    """All sites, all permissions between zone instances, and the backbone that carries them."""

    sites: tuple[SitePlan, ...]
    permits: tuple[PermitPlan, ...]
    backbone: BackbonePlan = field(default_factory=BackbonePlan)
    waivers: tuple[WaiverPlan, ...] = ()
    works: tuple[WorkPlan, ...] = ()
    operations: OperationsPlan = field(default_factory=OperationsPlan)

    def site(self, site_id: str) -> SitePlan:
        """The site with this id; `KeyError` when there is none."""
        for site in self.sites:
            if site.id == site_id:
                return site
        raise KeyError(site_id)
