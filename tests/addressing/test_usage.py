"""How full a pool is: everything counted once, and what rests is not free."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from ipaddress import IPv4Network

from infra.addressing.demand import single
from infra.addressing.usage import CELLS, Held, Usage, of_pools, of_site
from infra.model.ledger import Released
from tests.small import small


def usage(*taken: tuple[str, Held]) -> Usage:
    """Of two networks, 64 cells of 8 addresses."""
    networks = (IPv4Network("10.0.1.0/24"), IPv4Network("10.0.8.0/24"))
    return Usage("x", networks, (), tuple((IPv4Network(text), held) for text, held in taken))


def test_a_map_has_a_sign_a_cell_over_all_its_networks() -> None:
    """Full, partly, resting, free; the second network continues the first."""
    drawn = usage(
        ("10.0.1.0/28", Held.USED),
        ("10.0.1.16/30", Held.USED),
        ("10.0.1.24/29", Held.RESTING),
        ("10.0.8.0/29", Held.RESERVED),
    ).drawn
    assert len(drawn) == CELLS
    assert drawn[:6] == "██▒○··"
    assert drawn[32:35] == "█··"
    assert set(drawn[35:]) == {"·"}


def test_what_is_taken_is_counted_by_what_holds_it() -> None:
    row = usage(("10.0.1.0/28", Held.USED), ("10.0.1.16/28", Held.RESERVED), ("10.0.8.0/25", Held.RESTING))
    assert (row.size, [row.count(held) for held in Held], row.share) == (512, [16, 16, 128], 160 / 512)


def test_every_block_of_a_ledger_is_in_the_use_of_its_site_and_of_its_pool() -> None:
    """Once each; single addresses come out of a block that is counted already."""
    for site in small().sites.values():
        blocks = [
            block
            for name, section in site.ledger.sections.items()
            if not single(name)
            for block in section.blocks.values()
        ]
        used = sum(IPv4Network(block.v4).num_addresses for block in blocks)
        assert used > 0
        assert sum(row.count(Held.USED) for row in of_site(small(), site)) == used
        places = [place for pool in of_pools(small()) for place in pool.places if place.site == site.id]
        assert sum(place.usage.count(Held.USED) for place in places) == used


def test_a_pool_shows_every_site_in_its_slot_with_the_twin_of_its_block() -> None:
    management = next(pool for pool in of_pools(small()) if pool.name == "ops_mgmt")
    assert [(place.slot, place.site) for place in management.places] == [(0, "province"), (13, "suqian"), (14, "dr")]
    suqian = management.places[1].usage
    assert (str(suqian.v4[0]), str(suqian.v6[0])) == ("10.189.0.0/16", "2001:db8:5d00::/40")


def test_a_released_block_rests_with_its_reserve() -> None:
    """Nobody gets it meanwhile, so it is not free."""
    site = small().sites["suqian"]
    section = site.ledger.sections["public_shared"]
    gone = Released(v4="10.52.130.0/26", v6="2001:db8:d00:8009::/64", reserve="10.52.130.0/25", since=date(2026, 1, 1))
    sections = {**site.ledger.sections, "public_shared": section.model_copy(update={"released": {"tenant/gone": gone}})}
    resting = replace(site, ledger=site.ledger.model_copy(update={"sections": sections}))
    rows = {row.label: row for row in of_site(small(), resting)}
    assert rows["public_shared／tenants"].count(Held.RESTING) == 128
    assert "○" not in rows["public_shared／platforms"].drawn
