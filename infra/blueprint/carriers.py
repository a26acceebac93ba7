"""What carries the extranet and is not made by OpenStack: counties, towns, units, VPN instances, the backbone."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network

from infra import names
from infra.addressing.plan import piece4, piece6
from infra.blueprint.addresses import Addresses
from infra.blueprint.carried import (
    BackbonePlan,
    CircuitPlan,
    CountyPlan,
    NodePlan,
    RingPlan,
    TownPlan,
    TrunkPlan,
    UnitPlan,
    VpnPlan,
)
from infra.blueprint.types import (
    Pair,
)
from infra.model.access import UNREGISTERED, Access, County
from infra.model.backbone import Trunk
from infra.model.enums import Level, TrunkRole
from infra.model.estate import Estate, SiteEstate

_FIRST_TOWN = 16
"""Reference plan: of the 64 pieces of a county's block the first sixteen are its departments', the others its towns'."""


def counties(site: SiteEstate, addresses: Addresses) -> tuple[CountyPlan, ...]:
    """The county units of a city with their towns; they are connected in the public zone, and without one there are none."""
    if not addresses.has_public:
        return ()
    return tuple(
        CountyPlan(
            id=row.id,
            title=row.name,
            code=row.code,
            asn=names.asn(row.code),
            block=(block := addresses.county(row.id)),
            circuit=_circuit(row.access),
            duty=row.duty.post,
            phone=row.duty.phone,
            towns=_towns(row, block),
            declared_by=f"county:{row.id}",
        )
        for row in sorted(site.counties, key=lambda row: row.id)
    )


def _towns(county: County, block: Pair) -> tuple[TownPlan, ...]:
    v4, v6 = IPv4Network(block.v4), IPv6Network(block.v6)
    circuit = _circuit(county.town_access)
    return tuple(
        TownPlan(
            id=names.town(county.id, serial),
            title=county.towns.names.get(serial) or f"{county.name}第 {serial} 号{sort}（名称{UNREGISTERED}）",
            block=Pair(str(piece4(v4, _FIRST_TOWN + serial - 1, 24)), str(piece6(v6, _FIRST_TOWN + serial - 1, 56))),
            circuit=circuit,
        )
        for serial, sort in enumerate(county.towns.sorts(), 1)
    )


def units(estate: Estate, site: SiteEstate, addresses: Addresses) -> tuple[UnitPlan, ...]:
    """The departments that are connected at a site, in its public zone."""
    if not addresses.has_public:
        return ()
    titles = {row.id: row.name for row in estate.departments}
    return tuple(
        UnitPlan(
            id=row.department,
            title=titles[row.department],
            place=row.place,
            block=addresses.unit(row.department),
            circuit=_circuit(row.access),
            duty=row.duty.post,
            phone=row.duty.phone,
            declared_by=f"unit:{site.id}/{row.department}",
        )
        for row in sorted(site.units, key=lambda row: row.department)
    )


def vpns(estate: Estate, site: SiteEstate) -> tuple[VpnPlan, ...]:
    """The VPN instances opened at a site. A target is the instance's own, with the province's number, so that all its sites share it.

    It imports its own target first, then those it declares.
    """
    targets = {vpn.id: names.route_target(estate.province.code, vpn.number) for vpn in estate.vpns}
    rows = []
    for vpn in estate.vpns:
        if site.id in vpn.opened:
            rows.append(
                VpnPlan(
                    id=vpn.id,
                    zone_id=vpn.zone().id,
                    owner=vpn.department,
                    distinguisher=names.route_target(site.entry.code, vpn.number),
                    imports=(targets[vpn.id], *(targets[other] for other in vpn.imports)),
                    exports=(targets[vpn.id],),
                    declared_by=f"vpn:{vpn.id}",
                )
            )
    return tuple(sorted(rows, key=lambda row: row.id))


def backbone(estate: Estate) -> BackbonePlan:
    """Nodes, trunks and rings; a ring knows the lines it runs over."""
    declared = estate.backbone
    if declared is None:
        return BackbonePlan()
    lines = {frozenset((row.a, row.b)): row.id for row in sorted(declared.trunks, key=_worth)}
    places = {row.id: row.site for row in declared.nodes}
    return BackbonePlan(
        nodes=tuple(
            NodePlan(row.id, row.kind.value, row.site, row.title, f"node:{row.id}")
            for row in sorted(declared.nodes, key=lambda row: row.id)
        ),
        trunks=tuple(
            TrunkPlan(
                id=row.id,
                a=row.a,
                b=row.b,
                role=row.role.value,
                medium=row.medium.value,
                carrier=row.carrier,
                conduit=row.conduit,
                bandwidth_mbps=row.bandwidth_mbps,
                circuit=row.circuit,
                operator=row.operator or _responsible(estate, {places.get(row.a, ""), places.get(row.b, "")}),
                declared_by=f"trunk:{row.id}",
            )
            for row in sorted(declared.trunks, key=lambda row: row.id)
        ),
        rings=tuple(
            RingPlan(
                id=row.id,
                title=row.title,
                bandwidth_mbps=row.bandwidth_mbps,
                nodes=row.nodes,
                trunks=tuple(
                    lines.get(frozenset(pair), "")
                    for pair in zip(row.nodes, (*row.nodes[1:], row.nodes[0]), strict=True)
                ),
                declared_by=f"ring:{row.id}",
            )
            for row in sorted(declared.rings, key=lambda row: row.id)
        ),
    )


def _responsible(estate: Estate, sites: set[str]) -> str:
    """Within a site its own operator, between sites the province's (document 004, three (2) 6: 省级横向网及省－市纵向网的运维)."""
    province = next(row.id for row in estate.province.sites if row.level is Level.PROVINCE)
    site = estate.sites.get(sites.pop() if len(sites) == 1 else province)
    return site.site.operator if site else ""


def _worth(trunk: Trunk) -> tuple[bool, int, str]:
    """Of several lines between two nodes a ring runs over the widest one that is there every day: the last in this order."""
    return trunk.role is not TrunkRole.EMERGENCY, trunk.bandwidth_mbps, trunk.id


def _circuit(access: Access) -> CircuitPlan:
    until = access.until.isoformat() if access.until else UNREGISTERED
    return CircuitPlan(access.medium, access.carrier, access.circuit, access.bandwidth_mbps, until)
