"""The part of the blueprint that is declared, judged and previewed, but not made by OpenStack: circuits, backbone, platforms, labels."""

from __future__ import annotations

from dataclasses import dataclass

from infra.blueprint.pair import Pair
from infra.model.enums import Medium


@dataclass(frozen=True, slots=True)
class TenantLabels:
    """What is said of a tenant beside its network; empty where nothing was said. `state_secret`: the statement in words."""

    state: str
    owner: str
    operator: str
    cio: str
    mlps_level: int
    mlps_filing: str
    mlps_assessed: str
    data_class: str
    personal_data: bool
    state_secret: str
    backup: str
    dr_class: int
    project: str


@dataclass(frozen=True, slots=True)
class CircuitPlan:
    """An access circuit; `circuit` and `until` say 未登记 while nobody knows them."""

    medium: Medium
    carrier: str
    circuit: str
    bandwidth_mbps: int
    until: str


@dataclass(frozen=True, slots=True)
class TownPlan:
    """A unit below a county: county and serial number, until someone fills in its name."""

    id: str
    title: str
    block: Pair
    circuit: CircuitPlan


@dataclass(frozen=True, slots=True)
class CountyPlan:
    """A county unit: its block, its circuit, the post on duty, its towns."""

    id: str
    title: str
    code: str
    asn: int
    block: Pair
    circuit: CircuitPlan
    duty: str
    phone: str
    towns: tuple[TownPlan, ...]
    declared_by: str


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """A department that is connected at a site."""

    id: str
    title: str
    place: str
    block: Pair
    circuit: CircuitPlan
    duty: str
    phone: str
    declared_by: str


@dataclass(frozen=True, slots=True)
class FacilityPlan:
    """What a department has of its own beside the extranet. `sort`: room, cloud, website …; `facts`: everything else that is said of it."""

    id: str
    sort: str
    title: str
    department: str
    owner: str
    operator: str
    facts: tuple[tuple[str, str], ...]
    declared_by: str


@dataclass(frozen=True, slots=True)
class VpnPlan:
    """A VPN instance at a site: route distinguisher and route targets (`ASN:number`); by itself it imports its own target alone (P06)."""

    id: str
    zone_id: str
    owner: str
    distinguisher: str
    imports: tuple[str, ...]
    exports: tuple[str, ...]
    declared_by: str


@dataclass(frozen=True, slots=True)
class TrunkPlan:
    """A line of the backbone. `operator`: whoever keeps it running."""

    id: str
    a: str
    b: str
    role: str
    medium: str
    carrier: str
    conduit: str
    bandwidth_mbps: int
    circuit: str
    operator: str
    declared_by: str


@dataclass(frozen=True, slots=True)
class NodePlan:
    """A backbone node and its site."""

    id: str
    kind: str
    site: str
    title: str
    declared_by: str


@dataclass(frozen=True, slots=True)
class RingPlan:
    """A ring: the lines it runs over, in order, and the least bandwidth of each; a line that does not exist is `""`."""

    id: str
    title: str
    bandwidth_mbps: int
    nodes: tuple[str, ...]
    trunks: tuple[str, ...]
    declared_by: str


@dataclass(frozen=True, slots=True)
class BackbonePlan:
    """Everything between the sites."""

    nodes: tuple[NodePlan, ...] = ()
    trunks: tuple[TrunkPlan, ...] = ()
    rings: tuple[RingPlan, ...] = ()


@dataclass(frozen=True, slots=True)
class ProductPlan:
    """A product that machines are to be made of. `domestic`: called so in products.yaml, on the `basis` of a list or certificate."""

    kind: str
    id: str
    title: str
    domestic: bool
    basis: str


@dataclass(frozen=True, slots=True)
class MachineGroupPlan:
    """Equal machines of a service in one zone. `products`: what is to be procured, whatever an embedded cloud makes them of."""

    zone_id: str
    capability: str
    count: int
    arch: str
    flavor_id: str
    products: tuple[ProductPlan, ...]


@dataclass(frozen=True, slots=True)
class HopPlan:
    """One hop of a service's own flow. `flows`: the standing flows that permit all of it; none: it is declared, and does not pass."""

    source: str
    target: str
    ports: tuple[str, ...]
    purpose: str
    flows: tuple[str, ...]
    declared_by: str


@dataclass(frozen=True, slots=True)
class ServicePlan:
    """A platform at one site; its machines are the site's `hosts`. Filing number, day of the last assessment, project: empty where nothing was said."""

    id: str
    title: str
    covers: tuple[str, ...]
    owner: str
    operator: str
    project: str
    mlps_level: int
    mlps_filing: str
    mlps_assessed: str
    data_class: str
    backup: str
    dr_class: int
    monitored: bool
    catalogue: bool
    vpn: str
    machines: tuple[MachineGroupPlan, ...]
    hops: tuple[HopPlan, ...]
    declared_by: str


@dataclass(frozen=True, slots=True)
class WaiverPlan:
    """An exception from a rule, the number it rests on, and the day it ends."""

    id: str
    rule: str
    subject: str
    number: str
    expires: str
    declared_by: str
