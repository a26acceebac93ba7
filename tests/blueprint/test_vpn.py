"""VPN instances of vertical systems: they span sites, and never meet each other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

from infra.addressing.allocate import allocate
from infra.blueprint.compile import compile_blueprint
from infra.blueprint.types import Blueprint
from infra.model.estate import Estate
from infra.reach.decide import reach
from infra.reach.parties import party
from tests.small import small


@cache
def opened() -> Blueprint:
    """Two instances, opened at both sites, with addresses."""
    first = small().vpns[0]
    vpns = (
        first.model_copy(update={"opened": ("province", "suqian")}),
        first.model_copy(update={"id": "jindun", "number": 3, "system": "金盾", "opened": ("province", "suqian")}),
    )
    sites = {
        name: replace(site, zones=(*site.zones, *(vpn.zone() for vpn in vpns))) for name, site in small().sites.items()
    }
    estate: Estate = replace(small(), vpns=vpns, sites=sites)
    served = {name: replace(site, ledger=allocate(estate, site, date(2026, 3, 1))[0]) for name, site in sites.items()}
    blueprint, findings = compile_blueprint(replace(estate, sites=served))
    assert findings == ()
    return blueprint


def passes(source: str, target: str, port: int = 443) -> bool:
    one, other = party(opened(), source), party(opened(), target)
    assert one is not None
    assert other is not None
    return any(reach(opened(), one, other, "tcp", port, version).passes for version in (4, 6))


def test_an_instance_meets_itself_across_sites_and_no_other() -> None:
    """Own blocks, own wires, own routers: 金税 of the city reaches 金税 of the province, not 金盾, not the common dedicated zone."""
    assert passes("suqian/vpn_jinshui", "province/vpn_jinshui")
    assert passes("province/vpn_jindun", "suqian/vpn_jindun")
    for source in ("vpn_jinshui", "vpn_jindun", "dedicated"):
        for target in {"vpn_jinshui", "vpn_jindun", "dedicated"} - {source}:
            assert not passes(f"suqian/{source}", f"province/{target}")
            assert not passes(f"suqian/{source}", f"suqian/{target}")


def test_instances_have_addresses_wires_and_targets_of_their_own() -> None:
    """The number decides block, VLAN and route target; the distinguisher is the site's."""
    site = opened().site("suqian")
    assert [(zone.id, zone.block.v4, zone.block.v6) for zone in site.zones if zone.kind == "dedicated"] == [
        ("dedicated", "10.64.208.0/20", "2001:db8:1d00::/48"),
        ("vpn_jindun", "10.67.208.0/20", "2001:db8:1d03::/48"),
        ("vpn_jinshui", "10.66.208.0/20", "2001:db8:1d02::/48"),
    ]
    wires = {wire.zone_id: wire.segmentation_id for wire in site.cloud.wires}
    assert (wires["dedicated"], wires["vpn_jinshui"], wires["vpn_jindun"]) == (101, 166, 167)
    assert [(row.id, row.distinguisher, row.imports, row.exports) for row in site.vpns] == [
        ("jindun", "4200321300:3", ("4200320000:3",), ("4200320000:3",)),
        ("jinshui", "4200321300:2", ("4200320000:2",), ("4200320000:2",)),
    ]
