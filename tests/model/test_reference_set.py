"""The province is complete: counts of the reference set, and codes as keys."""

from __future__ import annotations

from collections import Counter

from infra.blueprint.load import load
from infra.model.enums import CountyType, Level, NodeKind, TrunkRole, UnitClass
from infra.model.estate import Estate
from tests.cases import HERE


def estate() -> Estate:
    found = load(HERE.parent / "estate")
    assert found.findings == ()
    assert found.estate is not None
    return found.estate


def test_the_province_has_all_its_sites_counties_towns_and_departments() -> None:
    """15 sites, 95 counties and 9 functional zones, 1,487 units below them of which 1,203 are formal, 48 departments."""
    loaded = estate()
    assert Counter(site.entry.level for site in loaded.sites.values()) == {
        Level.PROVINCE: 1,
        Level.CITY: 13,
        Level.DR: 1,
    }
    counties = [county for site in loaded.sites.values() for county in site.counties]
    assert Counter(county.type is CountyType.FUNCTIONAL_ZONE for county in counties) == {False: 95, True: 9}
    assert sum(county.towns.count for county in counties) == 1487
    assert sum(county.towns.count - county.towns.other for county in counties) == 1203
    assert len(loaded.departments) == 48
    assert Counter(row.unit_class for row in loaded.departments) == {
        UnitClass.PARTY: 2,
        UnitClass.CONGRESS: 1,
        UnitClass.GOVERNMENT: 38,
        UnitClass.CPPCC: 1,
        UnitClass.COURT: 1,
        UnitClass.PROCURATORATE: 1,
        UnitClass.VERTICAL: 2,
        UnitClass.DUAL: 2,
    }
    assert len(loaded.sites["province"].units) == 48
    assert [vpn.system for vpn in loaded.vpns] == [
        "金财",
        "金税",
        "金盾",
        "金审",
        "金保",
        "金农",
        "金质",
        "金水",
        "金科",
    ]


def test_names_repeat_and_codes_do_not() -> None:
    """There are two 鼓楼区; every code is one unit's, and stands under its city's."""
    loaded = estate()
    counties = [(site, county) for site in loaded.sites.values() for county in site.counties]
    assert [county.id for _, county in counties if county.name == "鼓楼区"] == ["nanjing_gulou", "xuzhou_gulou"]
    codes = [county.code for _, county in counties] + [site.entry.code for site in loaded.sites.values()]
    assert len(set(codes)) == len(codes) == 104 + 15
    assert all(county.code[:4] == site.entry.code[:4] for site, county in counties)
    assert {site.entry.name: site.entry.code for site in loaded.sites.values()}["苏州市"] == "320500"


def test_every_backbone_node_of_a_city_has_two_disjoint_uplinks_and_an_emergency_path() -> None:
    """Two lines in one conduit would fail together; rings are closed and carry 155M; there is a border to the nation."""
    blueprint = load(HERE.parent / "estate").blueprint
    assert blueprint is not None
    backbone = blueprint.backbone
    cores = [node.id for node in backbone.nodes if node.kind in (NodeKind.CITY_CORE, NodeKind.DR_CORE)]
    assert len(cores) == 14
    for core in cores:
        up = [row for row in backbone.trunks if core in (row.a, row.b) and "core_province" in (row.a, row.b)]
        firm = [row for row in up if row.role != TrunkRole.EMERGENCY]
        assert len({row.conduit for row in firm}) == len({row.carrier for row in firm}) == 2
        assert [row.role for row in up].count(TrunkRole.EMERGENCY) == 1
    assert len(backbone.rings) == 13
    trunks = {row.id: row for row in backbone.trunks}
    for ring in backbone.rings:
        assert all(trunks[line].bandwidth_mbps >= ring.bandwidth_mbps >= 155 for line in ring.trunks)
    assert [node.id for node in backbone.nodes if node.kind == NodeKind.NATIONAL_BORDER] == ["border_national"]


def test_every_vertical_system_is_a_platform_in_its_own_vpn() -> None:
    """Nine systems, nine instances."""
    loaded = estate()
    assert {row.vpn for row in loaded.services if row.vpn} == {vpn.id for vpn in loaded.vpns}
