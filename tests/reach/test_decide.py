"""Reach says the same as the permissions it never looks at: it reads rules and routes alone."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import product

import pytest

from infra.blueprint.compile import compile_blueprint
from infra.blueprint.types import Blueprint, IpVersion, RouterPlan
from infra.reach.decide import Answer, reach
from infra.reach.parties import INTERNET, names, party
from tests.small import small


@cache
def built() -> Blueprint:
    return compile_blueprint(small())[0]


def ask(
    blueprint: Blueprint, source: str, target: str, port: int, protocol: str = "tcp", version: IpVersion = 4
) -> Answer:
    one, other = party(blueprint, source), party(blueprint, target)
    assert one is not None
    assert other is not None
    return reach(blueprint, one, other, protocol, port, version)


@pytest.mark.parametrize("version", [4, 6])
def test_every_pair_of_zones_passes_exactly_where_a_permission_says(version: IpVersion) -> None:
    """All 361 pairs of zones of three sites, a zone with itself too, on every port that anybody listens on: permitted means reached, else not."""
    blueprint = built()
    permitted = {
        ("/".join(row.source), "/".join(row.target), row.protocol, row.port_min)
        for row in blueprint.permits
        if version in row.versions
    }
    zones = [f"{site.id}/{zone.id}" for site in blueprint.sites for zone in site.zones]
    ports = sorted({(row.protocol, row.port_min) for row in blueprint.permits})
    passing = {
        (source, target, protocol, port)
        for (source, target), (protocol, port) in product(product(zones, zones), ports)
        if ask(blueprint, source, target, port, protocol, version).passes
    }
    assert passing == {row for row in permitted if row[1] != "/internet"}
    assert len(passing) > 80


def test_a_tenant_is_reached_by_whom_it_named_and_by_monitoring() -> None:
    """Its own flow, the standing flow that includes tenants, and nothing else on those ports."""
    blueprint = built()
    assert ask(blueprint, "suqian/data_exchange", "suqian_renshe", 8080).passes
    assert ask(blueprint, "suqian/ops_mgmt", "suqian_renshe", 9100).passes
    assert not ask(blueprint, "suqian/internet_access", "suqian_renshe", 8080).passes
    assert not ask(blueprint, "province/data_exchange", "suqian_renshe", 8080).passes
    assert not ask(blueprint, "suqian_renshe", "suqian_shuju", 8080).passes


def test_the_internet_is_reached_by_the_registered_exit_and_reaches_nobody() -> None:
    """The city goes out through the province; IPv4 alone; nothing comes in."""
    blueprint = built()
    out = ask(blueprint, "suqian/internet_access", INTERNET, 443)
    assert out.passes
    assert [hop.router for hop in out.path] == ["suqian/internet_access-router", "province/internet_access-router"]
    assert out.egress is not None
    assert out.egress.remote == "0.0.0.0/0"
    assert not ask(blueprint, "suqian/internet_access", INTERNET, 443, version=6).passes
    assert not ask(blueprint, "suqian/public_shared", INTERNET, 443).passes
    assert not ask(blueprint, INTERNET, "suqian/internet_access", 443).passes


def test_the_path_crosses_the_wire_between_sites() -> None:
    """City to province: two routers, the route's flows say why it is there."""
    answer = ask(built(), "suqian/public_shared", "province/public_shared", 443)
    assert [(hop.router, hop.next_hop) for hop in answer.path] == [
        ("suqian/public_shared-router", "10.239.0.1"),
        ("province/public_shared-router", ""),
    ]
    assert answer.path[0].flows == ("shared_down", "shared_up")


def test_without_a_way_back_nothing_passes() -> None:
    """Replies need a route: taking the province's away is seen from the city."""
    blueprint = built()
    dr, province, suqian = blueprint.sites
    zones = tuple(
        replace(zone, router=bare(zone.router)) if zone.id == "public_shared" else zone for zone in province.zones
    )
    cut = replace(blueprint, sites=(dr, replace(province, zones=zones), suqian))
    answer = ask(cut, "suqian/public_shared", "province/public_shared", 443)
    assert not answer.passes
    assert answer.reason.startswith("回程不通")


def bare(router: RouterPlan) -> RouterPlan:
    return replace(router, routes=())


def test_an_address_is_the_party_that_holds_it() -> None:
    """Asked by address, the answer is about that address alone."""
    blueprint = built()
    answer = ask(blueprint, "10.173.0.10", "2001:db8:d00:8000::5", 8080, version=6)
    assert answer.targets == "2001:db8:d00:8000::5/128"
    assert party(blueprint, "192.0.2.1") is None
    assert party(blueprint, "suqian/nowhere") is None
    assert len(names(blueprint)) == 1 + 19 + 4
