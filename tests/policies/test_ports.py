"""Which ports let somebody do what: every range of the tables is touched at its first and its last port, and is what it was meant to be."""

from __future__ import annotations

import pytest

from policies.ports import ADMINISTRATION, STORES, TUNNELS, Span, touches

WRITTEN_OUT = {
    "administration": (ADMINISTRATION, "tcp 22-23 135 445 3389 5900-5999 5985-5986 udp 623 3389"),
    "tunnels": (TUNNELS, "tcp 1194 1723 udp 500 1194 1701 4500 51820"),
    "stores": (STORES, "tcp 1433-1434 1521 2379-2380 3306 5236 5432 6379 9200-9300 27017-27019 54321"),
}
"""As people write ports, sorted: said once more, because a wrong figure in a table looks like a right one."""


def read(text: str) -> list[Span]:
    found: list[Span] = []
    protocol = "tcp"
    for word in text.split():
        if word in ("tcp", "udp"):
            protocol = word
        else:
            first, _, last = word.partition("-")
            found.append(("tcp" if protocol == "tcp" else "udp", int(first), int(last or first)))
    return found


@pytest.mark.parametrize("name", WRITTEN_OUT)
def test_a_table_has_the_ports_it_is_about(name: str) -> None:
    spans, text = WRITTEN_OUT[name]
    assert sorted(spans) == read(text)


@pytest.mark.parametrize("name", WRITTEN_OUT)
def test_a_range_is_touched_by_its_ends_and_not_by_its_neighbours(name: str) -> None:
    """Of the same protocol; one that may be either touches all the same."""
    for protocol, first, last in WRITTEN_OUT[name][0]:
        row: tuple[Span, ...] = ((protocol, first, last),)
        assert touches(protocol, 1, first, row)
        assert touches(protocol, last, 65535, row)
        assert touches("any", first, first, row)
        assert not touches(protocol, 1, first - 1, row)
        assert not touches(protocol, last + 1, 65535, row)
        assert not touches("icmp", first, last, row)
