"""The address plan by arithmetic: which space belongs to which zone of which site. No ledger, nothing chosen.

Four bits below a pool are the slot of a site; the dedicated pool is cut once more, a piece a VPN instance. Links of slot 15 belong to no
site: they carry the wires between sites. (Reference plan: 10.0.0.0/8 and 2001:db8::/32 tiled by zone kind and slot.)
"""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network
from typing import NamedTuple

from infra.model.enums import Level, ZoneKind
from infra.model.pool import Cell, Part, Pool, Pools, cell
from infra.model.zone import Zone

SLOT_BITS = 4
WIRE_SLOT = 15
WIRE_VLAN_BASE = 100
_VPN_WIRES = 64
"""Wire numbers below belong to the kinds, those from here on to VPN instances."""


class Blocks(NamedTuple):
    """An IPv4 block and its IPv6 twin."""

    v4: IPv4Network
    v6: IPv6Network


class Space(NamedTuple):
    """Blocks from which may be allocated; several, because a part may be many cells."""

    v4: tuple[IPv4Network, ...]
    v6: tuple[IPv6Network, ...]


def piece4(network: IPv4Network, index: int, length: int) -> IPv4Network:
    """The `index`-th piece of a prefix length inside a network."""
    return IPv4Network((int(network.network_address) + (index << (32 - length)), length))


def piece6(network: IPv6Network, index: int, length: int) -> IPv6Network:
    return IPv6Network((int(network.network_address) + (index << (128 - length)), length))


def zone_block(pools: Pools, zone: Zone, slot: int) -> Blocks:
    """All that is or will be addressed in one zone of one site."""
    pool = pools.zones[zone.kind]
    v4, v6 = IPv4Network(pool.v4), IPv6Network(pool.v6)
    if pool.instances is None:
        return _slot(v4, v6, slot)
    v4 = piece4(v4, zone.vpn, pool.instances.v4)
    v6 = piece6(v6, slot, v6.prefixlen + SLOT_BITS)
    return Blocks(piece4(v4, slot, v4.prefixlen + SLOT_BITS), piece6(v6, zone.vpn, pool.instances.v6))


def links_block(pools: Pools, slot: int) -> Blocks:
    """A site's own links: its border network comes out of it."""
    return _slot(IPv4Network(pools.links.v4), IPv6Network(pools.links.v6), slot)


def _slot(v4: IPv4Network, v6: IPv6Network, slot: int) -> Blocks:
    return Blocks(piece4(v4, slot, v4.prefixlen + SLOT_BITS), piece6(v6, slot, v6.prefixlen + SLOT_BITS))


def part(pool: Pool, block: Blocks, level: Level, wanted: Part) -> Space:
    """The cells of a zone's block that serve one use; the whole block in a pool without parts, nothing where the use has no cells."""
    rows = [row for row in pool.parts if row.level is level]
    if not rows:
        return Space((block.v4,), (block.v6,))
    v4: list[IPv4Network] = []
    v6: list[IPv6Network] = []
    for row in rows:
        if row.part is wanted:
            v4 += [piece4(block.v4, index, block.v4.prefixlen + bits) for index, bits in _cells(row.v4)]
            v6 += [piece6(block.v6, index, block.v6.prefixlen + bits) for index, bits in _cells(row.v6)]
    return Space(tuple(v4), tuple(v6))


def _cells(texts: tuple[Cell, ...]) -> list[tuple[int, int]]:
    return [cell(text) for text in texts]


# --- wires ------------------------------------------------------------------------------------------------------------
def wire_number(zone: Zone) -> int:
    """A number of its own for the wire of every zone: the place of its kind, or 64 and more for VPN instances."""
    return _VPN_WIRES + zone.vpn if zone.vpn else list(ZoneKind).index(zone.kind)


def wire_vlan(zone: Zone) -> int:
    """VLAN id of a zone's wire, the same on every site."""
    return WIRE_VLAN_BASE + wire_number(zone)


def wire_block(pools: Pools, zone: Zone) -> Blocks:
    """The network of a wire: one /24 and one /64 a zone, all sites on it."""
    links = links_block(pools, WIRE_SLOT)
    number = wire_number(zone)
    v6 = piece6(links.v6, number, 48)
    return Blocks(piece4(links.v4, number, 24), piece6(v6, 0, 64))


def wire_host(slot: int) -> int:
    """A site's host number on every wire."""
    return slot + 1
