"""Promises of compiling: both directions, both halves, nothing without a flow, and the same bytes whatever the order."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from infra.blueprint.canonical import canonical_json, digest
from infra.blueprint.compile import compile_blueprint
from infra.blueprint.load import load
from infra.blueprint.types import Blueprint, PermitPlan, SitePlan, ZonePlan
from infra.model.enums import TenantState
from infra.model.estate import Estate
from tests.cases import SMALL
from tests.small import small, suqian, tenant


@pytest.fixture(scope="module")
def blueprint() -> Blueprint:
    built, findings = compile_blueprint(small())
    assert findings == ()
    return built


def plan(blueprint: Blueprint, end: tuple[str, str]) -> ZonePlan:
    return blueprint.site(end[0]).zone(end[1])


def zone_permits(blueprint: Blueprint) -> list[PermitPlan]:
    return [permit for permit in blueprint.permits if permit.target[0]]


def test_every_permission_has_both_halves_and_both_ways(blueprint: Blueprint) -> None:
    """Egress at the source, ingress at the target, and a route each way in both families; within a zone no route."""
    permits = zone_permits(blueprint)
    assert len(permits) == 115
    for permit in permits:
        source, target = plan(blueprint, permit.source), plan(blueprint, permit.target)
        ports = (permit.protocol, permit.port_min, permit.port_max)
        for version in permit.versions:
            out = [rule for rule in source.group.rules if rule.direction == "egress" and rule.version == version]
            into = [rule for rule in target.group.rules if rule.direction == "ingress" and rule.version == version]
            assert any((rule.protocol, rule.port_min, rule.port_max) == ports for rule in out)
            assert any((rule.protocol, rule.port_min, rule.port_max) == ports for rule in into)
            for here, there in ((source, target), (target, source)):
                routes = [route for route in here.router.routes if route.destination == there.block.of(version)]
                assert [permit.flow in route.flows for route in routes] == ([True] if here is not there else [])


def test_every_rule_and_every_route_has_a_declaration_that_can_be_found(blueprint: Blueprint) -> None:
    """`declared_by` leads to a file and a line; nothing is derived from nothing."""
    estate = load(SMALL).estate
    assert estate is not None
    declared = {rule.declared_by for site in blueprint.sites for zone in site.zones for rule in zone.group.rules}
    for site in blueprint.sites:
        declared |= {
            site.declared_by,
            *(row.declared_by for row in site.zones),
            *(row.declared_by for row in site.tenants),
        }
        declared |= {row.declared_by for row in site.legacy}
    assert len(declared) > 30
    assert all(estate.where(reference).line > 0 for reference in declared)
    flows = {flow.id for flow in estate.flows} | {
        f"tenant:{row.id}" for site in blueprint.sites for row in site.tenants
    }
    routes = [route for site in blueprint.sites for zone in site.zones for route in zone.router.routes]
    assert {flow for route in routes for flow in route.flows} <= flows
    assert all(route.flows for route in routes)


def test_a_next_hop_is_an_address_of_the_router_that_leads_on(blueprint: Blueprint) -> None:
    """Every route points at a leg of a router on a network that this router has a leg in, on the same wire or border."""
    for site in blueprint.sites:
        for zone in site.zones:
            for route in zone.router.routes:
                owners = [
                    leg for other in blueprint.sites for leg in _legs(other) if route.next_hop in (leg[1], leg[2])
                ]
                assert len(owners) == 1, route
                assert owners[0][0] in {leg.network_id for leg in zone.router.legs}


def _legs(site: SitePlan) -> list[tuple[str, str, str]]:
    return [
        (leg.network_id, leg.addresses.v4, leg.addresses.v6)
        for zone in site.zones
        for leg in zone.router.legs
        if leg.network_id == "border-net" or leg.network_id.endswith("-wire")
    ]


def test_ids_are_unique_in_their_stack_and_names_in_their_site(blueprint: Blueprint) -> None:
    """Layer network: zones; layer tenants: tenants. A killed run's leftovers are found by name."""
    for site in blueprint.sites:
        zones = [identity for zone in site.zones for identity in _ids(zone)] + [site.border.id]
        assert len(zones) == len(set(zones))
        rules = [rule.id for zone in site.zones for rule in zone.group.rules]
        rules += [rule.id for row in site.tenants for rule in (*row.group.rules, *row.zone_rules)]
        assert len(rules) == len(set(rules)) > 50


def _ids(zone: ZonePlan) -> list[str]:
    networks = [zone.network, *([zone.wire] if zone.wire else [])]
    return [
        *(network.id for network in networks),
        *(subnet.id for network in networks for subnet in network.subnets),
        *(scope.pool_id for scope in zone.scopes),
        *(scope.scope_id for scope in zone.scopes),
        *(leg.id for leg in zone.router.legs),
        zone.router.id,
        zone.group.id,
        zone.probe.id,
    ]


def test_the_order_of_files_does_not_change_the_hash(tmp_path: Path) -> None:
    """File names and their order are nothing; ids are."""
    root = tmp_path / "estate"
    shutil.copytree(SMALL, root)
    folder = root / "sites" / "suqian" / "tenants"
    (folder / "renshe.yaml").rename(folder / "zzz.yaml")
    (root / "sites" / "province" / "tenants" / "renshe.yaml").rename(
        root / "sites" / "province" / "tenants" / "aaa.yaml"
    )
    first, second = load(SMALL).blueprint, load(root).blueprint
    assert first is not None
    assert second is not None
    assert digest(first) == digest(second)
    assert canonical_json(first) == canonical_json(second)


def test_a_zone_without_flows_to_others_has_no_leg_but_its_own() -> None:
    """No flow, no border, no wire, no route: isolation is the absence of a way, not only a rule."""
    quiet = replace(small(), flows=())
    sites = {name: replace(site, tenants=()) for name, site in quiet.sites.items()}
    built, _ = compile_blueprint(replace(quiet, sites=sites))
    zones = [zone for site in built.sites for zone in site.zones]
    assert len(zones) == 19
    assert [(len(zone.router.legs), zone.router.routes, zone.wire, zone.group.rules) for zone in zones] == [
        (1, (), None, ())
    ] * 19
    assert [site.cloud.wires for site in built.sites] == [(), (), ()]


@pytest.mark.parametrize(
    ("state", "exists", "rules"),
    [("applied", False, 0), ("active", True, 8), ("frozen", True, 0), ("leaving", True, 0), ("closed", False, 0)],
)
def test_the_state_of_a_tenant_decides_what_there_is_of_it(state: str, exists: bool, rules: int) -> None:
    """Freezing closes flows and keeps the network; what only applied or has left does not exist."""
    site = small().sites["suqian"]
    row = next(row for row in site.tenants if row.id == "suqian_renshe")
    changed = replace(site, tenants=(row.model_copy(update={"state": TenantState(state)}),))
    built, _ = compile_blueprint(with_suqian(changed.tenants))
    found = built.site("suqian").tenants
    assert [len(row.group.rules) for row in found] == ([rules] if exists else [])
    assert [bool(row.zone_rules) for row in found] == ([rules > 0] if exists else [])


def with_suqian(tenants: object) -> Estate:
    estate = small()
    sites = {**estate.sites, "suqian": replace(estate.sites["suqian"], tenants=tenants)}  # type: ignore[arg-type]  # a tuple of tenants
    return replace(estate, sites=sites)


def test_a_tenant_without_addresses_is_left_out_and_said() -> None:
    """The others are derived as before; the site's findings keep it from being changed."""
    estate = small()
    site = replace(estate.sites["suqian"], tenants=(*estate.sites["suqian"].tenants, tenant("suqian_new", 5)))
    built, findings = compile_blueprint(replace(estate, sites={**estate.sites, "suqian": site}))
    assert [row.id for row in built.site("suqian").tenants] == ["suqian_renshe", "suqian_shuju"]
    assert [(row.code, row.site) for row in findings] == [("E10", "suqian")]


def test_a_site_without_addresses_makes_its_peers_stand_still() -> None:
    """Else the province would tear down its wires to a city whose files are merely broken."""
    estate = small()
    built, findings = compile_blueprint(replace(estate, sites={**estate.sites, "suqian": suqian([])}))
    assert [site.id for site in built.sites] == ["dr", "province"]
    assert sorted({(row.code, row.site) for row in findings}) == [("E10", "suqian"), ("E13", "province")]
