"""The plan by arithmetic is the reference plan: it tiles, and its examples are where the plan says."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, collapse_addresses
from itertools import combinations, pairwise

import pytest

from infra.addressing.plan import links_block, wire_block, wire_host, wire_vlan, zone_block
from infra.model.enums import ZoneKind
from infra.model.zone import Zone
from tests.small import small


def zone(kind: ZoneKind, vpn: int = 0) -> Zone:
    return Zone(id=kind.value, kind=kind, title="x", purpose="x", mlps_level=3, vpn=vpn)


@pytest.mark.parametrize(
    ("kind", "vpn", "slot", "v4", "v6"),
    [
        (ZoneKind.PUBLIC_SHARED, 0, 9, "10.36.0.0/14", "2001:db8:900::/40"),
        (ZoneKind.PUBLIC_SHARED, 0, 13, "10.52.0.0/14", "2001:db8:d00::/40"),
        (ZoneKind.DEDICATED, 0, 13, "10.64.208.0/20", "2001:db8:1d00::/48"),
        (ZoneKind.DEDICATED, 63, 14, "10.127.224.0/20", "2001:db8:1e3f::/48"),
        (ZoneKind.INTERNET_ACCESS, 0, 0, "10.128.0.0/16", "2001:db8:2000::/40"),
        (ZoneKind.DR_BACKUP, 0, 14, "10.222.0.0/16", "2001:db8:7e00::/40"),
    ],
)
def test_zones_stand_where_the_reference_plan_says(kind: ZoneKind, vpn: int, slot: int, v4: str, v6: str) -> None:
    """Slots and VPN numbers are positions; nobody chooses a block for a zone."""
    block = zone_block(small().pools, zone(kind, vpn), slot)
    assert (str(block.v4), str(block.v6)) == (v4, v6)


def test_all_zones_of_all_slots_and_all_vpns_are_disjoint_and_fill_the_plan() -> None:
    """10.0.0.0/8 but for the reserved sixteenth is tiled exactly: no overlap, no hole."""
    pools = small().pools
    blocks = [links_block(pools, slot) for slot in range(16)]
    for kind in ZoneKind:
        for vpn in range(64 if kind is ZoneKind.DEDICATED else 1):
            blocks += [zone_block(pools, zone(kind, vpn), slot) for slot in range(16)]
    assert sum(block.v4.num_addresses for block in blocks) == 2**24 - 2**20
    assert set(collapse_addresses(block.v4 for block in blocks)) == set(
        IPv4Network("10.0.0.0/8").address_exclude(IPv4Network("10.240.0.0/12"))
    )
    ordered = sorted((block.v6 for block in blocks), key=lambda net: net.network_address)
    assert all(one.broadcast_address < other.network_address for one, other in pairwise(ordered))


def test_every_wire_has_a_network_and_a_vlan_of_its_own() -> None:
    """Eight kinds and 63 VPN instances; VLAN ids stay in their range; every site has a host number."""
    zones = [*(zone(kind) for kind in ZoneKind), *(zone(ZoneKind.DEDICATED, vpn) for vpn in range(1, 64))]
    wires = [wire_block(small().pools, row) for row in zones]
    assert all(not one.v4.overlaps(other.v4) for one, other in combinations(wires, 2))
    assert all(wire.v4.subnet_of(IPv4Network("10.239.0.0/16")) for wire in wires)
    assert all(wire.v6.subnet_of(IPv6Network("2001:db8:8f00::/40")) for wire in wires)
    assert len({wire_vlan(row) for row in zones}) == len(zones) == 71
    assert all(1 <= wire_vlan(row) <= 4094 for row in zones)
    assert [wire_host(slot) for slot in (0, 14)] == [1, 15]
