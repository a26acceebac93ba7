"""Promises of the ledger, over any set of tenants: no overlap, no move, no order, no reuse before its time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from infra.addressing import ledger
from infra.addressing.allocate import allocate
from infra.findings import Finding
from infra.model.estate import SiteEstate
from infra.model.ledger import Block, Ledger
from infra.model.tenant import Tenant
from infra.reading.nodes import parse
from infra.reading.words import validate
from tests.small import small, suqian, tenant

TODAY = date(2026, 3, 1)
SIZES = st.integers(min_value=1, max_value=400)
TENANTS = st.dictionaries(st.from_regex(r"suqian_[a-z]{1,4}", fullmatch=True), SIZES, max_size=12)
QUICK = settings(max_examples=30, deadline=None)


def served(site: SiteEstate, day: date = TODAY) -> SiteEstate:
    """The site with every demand answered; nothing may be left over."""
    fresh, findings = allocate(small(), site, day)
    assert findings == []
    return replace(site, ledger=fresh)


def tenants(wanted: dict[str, int]) -> list[Tenant]:
    return [tenant(identity, hosts) for identity, hosts in wanted.items()]


def blocks(site: SiteEstate) -> dict[str, Block]:
    return dict(site.ledger.sections["public_shared"].blocks)


def said(site: SiteEstate) -> list[Finding]:
    return [row for row in ledger.check(small(), site) if row.code != "E10"]


@QUICK
@given(TENANTS)
def test_blocks_never_overlap_and_hold_what_was_asked(wanted: dict[str, int]) -> None:
    """Reserves count as taken; every block holds its hosts, stands in its part and has an IPv6 twin."""
    site = served(suqian(tenants(wanted)))
    given_out = blocks(site)
    assert len(given_out) == len(wanted) + 1
    spans = sorted(
        (IPv4Network(row.reserve or row.v4) for row in given_out.values()), key=lambda net: net.network_address
    )
    assert all(one.broadcast_address < other.network_address for one, other in pairwise(spans))
    assert len({row.v6 for row in given_out.values()}) == len(given_out)
    for identity, hosts in wanted.items():
        row = given_out[f"tenant/{identity}"]
        assert IPv4Network(row.v4).num_addresses >= hosts + 4
        assert IPv4Network(row.v4).subnet_of(IPv4Network("10.52.128.0/18"))
        assert IPv6Network(row.v6).prefixlen == 64
        assert IPv6Network(row.v6).subnet_of(IPv6Network("2001:db8:d00:8000::/50"))
    assert said(site) == []


@QUICK
@given(TENANTS, st.randoms(use_true_random=False))
def test_the_order_of_files_changes_nothing(wanted: dict[str, int], random: object) -> None:
    """Two administrators who read the folder in another order get the same ledger."""
    rows = tenants(wanted)
    mixed = list(rows)
    random.shuffle(mixed)  # type: ignore[attr-defined]  # hypothesis' own Random
    assert served(suqian(rows)).ledger == served(suqian(mixed)).ledger


@QUICK
@given(TENANTS, TENANTS)
def test_what_was_given_stays(first: dict[str, int], later: dict[str, int]) -> None:
    """A new tenant moves nobody, and allocating again changes nothing."""
    site = served(suqian(tenants(first)))
    more = served(replace(site, tenants=tuple(tenants({**later, **first}))))
    assert {key: row for key, row in blocks(more).items() if key in blocks(site)} == blocks(site)
    assert served(more).ledger == more.ledger


@QUICK
@given(TENANTS, TENANTS, st.integers(min_value=0, max_value=400))
def test_a_released_block_rests_before_it_is_given_again(
    first: dict[str, int], later: dict[str, int], days: int
) -> None:
    """Until quarantine is over nobody else gets it; its former owner gets the very same block back."""
    site = served(suqian(tenants(first)))
    empty = served(replace(site, tenants=()))
    again = served(replace(empty, tenants=tuple(tenants(later))), TODAY + timedelta(days=days))
    resting = days < small().pools.quarantine_days
    for key, row in blocks(site).items():
        if not key.startswith("tenant/"):
            continue
        others = {other: block for other, block in blocks(again).items() if other != key}
        taken = [IPv4Network(block.reserve or block.v4) for block in others.values()]
        if resting:
            assert not any(IPv4Network(row.v4).overlaps(net) for net in taken)
            assert key in again.ledger.sections["public_shared"].released or key in blocks(again)
        if resting and key in blocks(again) and first[key[7:]] == later[key[7:]]:
            assert blocks(again)[key].v4 == row.v4


@QUICK
@given(TENANTS, st.lists(st.integers(min_value=0, max_value=63), max_size=6))
def test_legacy_ranges_are_never_given_out(wanted: dict[str, int], cells: list[int]) -> None:
    """Whatever a department network already uses is free for nobody."""
    ranges = [f"10.52.{128 + cell}.0/24" for cell in cells]
    site = served(suqian(tenants(wanted), ranges))
    for row in blocks(site).values():
        assert not any(ip_network(row.v4).overlaps(ip_network(text)) for text in ranges)
    assert said(site) == []


@QUICK
@given(TENANTS)
def test_the_text_of_a_ledger_reads_back_as_the_same_ledger(wanted: dict[str, int]) -> None:
    """What the command writes is what the next command reads."""
    site = served(suqian(tenants(wanted)))
    document = parse("ledger.yaml", "suqian", ledger.render(site.ledger).encode())
    assert validate(Ledger, document) == site.ledger
    assert document.findings == []


def test_growth_stays_in_place_while_the_reserve_lasts() -> None:
    """Twice the hosts: the same network address, one bit wider; four times: said, not moved."""
    site = served(suqian([tenant("suqian_a", 20), tenant("suqian_b", 20)]))
    wider = served(replace(site, tenants=(tenant("suqian_a", 50), tenant("suqian_b", 20))))
    assert blocks(site)["tenant/suqian_a"].v4 == "10.52.128.0/27"
    assert blocks(wider)["tenant/suqian_a"].v4 == "10.52.128.0/26"
    too_wide = served(replace(site, tenants=(tenant("suqian_a", 100), tenant("suqian_b", 20))))
    assert [row.message for row in said(too_wide)] == ["地址块比申请的小，原处已不能扩大"]


def test_a_full_pool_is_said_and_the_rest_is_served() -> None:
    """Two thousand hosts and their reserve take a /20; a /18 has four."""
    fresh, findings = allocate(small(), suqian([tenant(f"suqian_{name}", 2000) for name in "abcde"]), TODAY)
    assert [(row.message, row.wrong, row.where.file) for row in findings] == [
        ("地址池里没有这么大的空闲块", "/21", "tenant:suqian_e"),
    ]
    assert sorted(fresh.sections["public_shared"].blocks) == ["hosts", *(f"tenant/suqian_{name}" for name in "abcd")]
