"""Pictures say what the blueprint says, all of it, so that it can be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache, partial
from itertools import product

import pytest

from infra.blueprint.compile import compile_blueprint
from infra.blueprint.load import Loaded, load
from infra.blueprint.types import Blueprint, PermitPlan, SitePlan
from infra.engine import ROOT
from infra.model.ledger import Released
from infra.report.address_map import address_map
from infra.report.zone_flows import ELSEWHERE, INTERNET, MOST_TENANTS, Row, Sort, rows
from infra.report.zone_map import zone_map
from tests.real import blueprint
from tests.report.pictures import collisions, outside, size, words
from tests.small import small

SITES = [site.id for site in blueprint().sites]


@cache
def real() -> Loaded:
    return load(ROOT / "estate")


def zones(site: str) -> str:
    return zone_map(blueprint(), site)


def addresses() -> str:
    estate = real().estate
    assert estate is not None
    return address_map(estate)


def crowded() -> Blueprint:
    """The province with every VPN instance opened: eight more zones, and all that follows."""
    estate = real().estate
    assert estate is not None
    province = estate.sites["province"]
    opened = tuple(vpn.zone() for vpn in estate.vpns)
    ledger = province.ledger
    sections = dict(ledger.sections)
    for number, zone in enumerate(opened):
        sections[zone.id] = sections["dedicated"]
        border = sections["border"]
        router = border.blocks["router/dedicated"].model_copy(update={"v4": f"10.224.0.{100 + number}/32"})
        sections["border"] = border.model_copy(update={"blocks": {**border.blocks, f"router/{zone.id}": router}})
    fuller = replace(
        province, zones=(*province.zones, *opened), ledger=ledger.model_copy(update={"sections": sections})
    )
    built, _ = compile_blueprint(replace(estate, sites={**estate.sites, "province": fuller}))
    assert len(built.site("province").zones) > 12
    return built


# --- committed pictures -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "drawn", "command"),
    [
        ("zones-suqian", partial(zones, "suqian"), "zones suqian"),
        ("zones-province", partial(zones, "province"), "zones province"),
        ("address-plan", addresses, "addresses"),
    ],
    ids=lambda value: value if isinstance(value, str) and "-" in value else "",
)
def test_the_committed_pictures_are_those_of_the_estate(name: str, drawn: partial[str], command: str) -> None:
    """Mended with the command that the message says."""
    file = ROOT / "docs" / "images" / f"{name}.svg"
    mend = f"govnet picture {command} --out docs/images/{name}.svg"
    assert file.read_text(encoding="utf-8") == drawn(), mend


# --- zone maps --------------------------------------------------------------------------------------------------------
Passage = tuple[str, str, str]


def passages(site: SitePlan, permits: tuple[PermitPlan, ...]) -> Iterator[Passage]:
    """Who may reach whom on which port, as the columns of the site's map would say it."""
    for row in permits:
        ports = f"{row.port_min}" if row.port_min == row.port_max else f"{row.port_min}-{row.port_max}"
        ends = [
            zone if where == site.id else ELSEWHERE if where else INTERNET for where, zone in (row.source, row.target)
        ]
        if any(where == site.id for where, _ in (row.source, row.target)):
            yield ends[0], ends[1], f"{ports}/{row.protocol}"


def said(row: Row) -> Iterator[Passage]:
    for ports in row.ports.split("、"):
        yield from ((source, target, ports) for source, target in product(row.sources, row.targets))
        yield from ((zone, zone, ports) for zone in row.within)


def by_wire(passage: Passage, site: SitePlan) -> Passage:
    """Without an exit of its own, a site reaches the internet elsewhere."""
    source, target, ports = passage
    return (source, ELSEWHERE, ports) if target == INTERNET and site.cloud.external is None else passage


@pytest.mark.parametrize("site", SITES)
def test_the_rows_of_a_map_are_exactly_what_is_permitted(site: str) -> None:
    """Neither more nor less, at every site; a row of many stands for every pair of them."""
    plan = blueprint().site(site)
    found = [row for row in rows(blueprint(), plan) if row.permits]
    permitted = {by_wire(passage, plan) for passage in passages(plan, blueprint().permits)}
    assert permitted
    assert {passage for row in found for passage in said(row)} == permitted
    assert sum(row.permits for row in found) == sum(1 for _ in passages(plan, blueprint().permits))


def test_a_site_with_an_exit_shows_who_else_uses_it() -> None:
    guests = [
        row
        for row in rows(blueprint(), blueprint().site("province"))
        if row.sort is Sort.OUT and ELSEWHERE in row.sources
    ]
    assert [(row.targets, "宿迁市" in row.far) for row in guests] == [((INTERNET,), True)]


def test_a_tenants_own_flows_lead_to_the_tenant_not_to_its_zone() -> None:
    """Of the small estate: an application comes from the exchange zone, and nobody else may come."""
    built, _ = compile_blueprint(small())
    found = [row for row in rows(built, built.site("suqian")) if row.words == "宿迁市人力资源和社会保障局"]
    assert [(row.sources, row.targets, row.ports, row.tenant) for row in found] == [
        (("data_exchange",), ("public_shared",), "8080/tcp", "public_shared")
    ]


def test_standing_flows_that_include_tenants_say_so() -> None:
    """Their machines are watched and send logs like the zones' own; nobody administers them from the bastion."""
    found = {row.words for row in rows(blueprint(), blueprint().site("suqian"))}
    assert {"采集主机运行指标（含租户）", "从堡垒机管理主机"} <= found
    assert "采集主机运行指标" in {row.words for row in rows(blueprint(), blueprint().site("dr"))}


def test_tenants_that_do_not_fit_are_counted() -> None:
    site = blueprint().site("suqian")
    many = replace(site, tenants=site.tenants * 12)
    drawn = zone_map(
        replace(blueprint(), sites=(many, *(row for row in blueprint().sites if row.id != site.id))), site.id
    )
    left = len(many.tenants) - MOST_TENANTS
    assert left > 0
    assert f"（另有 {left} 个租户）" in drawn


# --- the address plan -------------------------------------------------------------------------------------------------
def test_addresses_that_rest_are_not_shown_as_free() -> None:
    """A released block has the colour of its own and is counted."""
    site = small().sites["suqian"]
    section = site.ledger.sections["ops_mgmt"]
    block = Released(v4="10.189.4.0/22", v6="2001:db8:5d00:4::/64", since=date(2026, 1, 1))
    sections = {**site.ledger.sections, "ops_mgmt": section.model_copy(update={"released": {"tenant/gone": block}})}
    ledger = site.ledger.model_copy(update={"sections": sections})
    before = address_map(small())
    after = address_map(replace(small(), sites={**small().sites, "suqian": replace(site, ledger=ledger)}))
    assert "静置 0" in before
    assert "静置 1,024" in after
    assert after.count("#c04a00") == before.count("#c04a00") + 1


# --- all of them ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("site", SITES)
def test_no_words_of_a_zone_map_overlap_or_leave_it(site: str) -> None:
    drawn = zones(site)
    assert len(words(drawn)) > 50
    assert collisions(drawn) == []
    assert outside(drawn) == []


def test_a_map_with_twice_the_zones_is_wider_and_still_readable() -> None:
    drawn = zone_map(crowded(), "province")
    assert size(drawn)[0] > size(zones("province"))[0]
    assert collisions(drawn) == []
    assert outside(drawn) == []


def test_no_words_of_the_address_plan_overlap_or_leave_it() -> None:
    drawn = addresses()
    assert len(words(drawn)) > 300
    assert collisions(drawn) == []
    assert outside(drawn) == []


@pytest.mark.parametrize(
    ("second", "found"),
    [('x="10"', [("一行字", "一行字")]), ('x="60"', []), ('x="190"', [])],
    ids=("over", "beside", "far"),
)
def test_overlapping_words_would_be_found(second: str, found: list[tuple[str, str]]) -> None:
    """The measure itself can fail."""
    first, other = (f'<text {x} y="20" font-size="12" text-anchor="start">一行字</text>' for x in ('x="5"', second))
    picture = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 40">{first}{other}</svg>'
    assert collisions(picture) == found
    assert outside(picture) == (["一行字"] if "190" in second else [])
