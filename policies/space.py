"""Address space by meaning: what lies inside the extranet, and what is the world outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from itertools import pairwise
from typing import TypeVar

from infra.blueprint.types import Blueprint, Pair
from infra.model.enums import ZoneKind
from infra.model.pool import Pools

Network = IPv4Network | IPv6Network
Owner = TypeVar("Owner")


def extranet(pools: Pools) -> tuple[Network, ...]:
    """All space of the address plan, neighbours joined."""
    return joined(Pair(row.v4, row.v6) for row in (*pools.zones.values(), pools.links))


def by_kind(blueprint: Blueprint) -> Mapping[ZoneKind, tuple[Network, ...]]:
    """The blocks of all zones of each kind, neighbours joined."""
    return {
        kind: joined(zone.block for site in blueprint.sites for zone in site.zones if zone.kind is kind)
        for kind in ZoneKind
    }


def joined(blocks: Iterable[Pair]) -> tuple[Network, ...]:
    """Blocks of both families, neighbours joined."""
    rows = tuple(blocks)
    v4 = collapse_addresses(IPv4Network(row.v4) for row in rows)
    v6 = collapse_addresses(IPv6Network(row.v6) for row in rows)
    return (*v4, *v6)


def inside(prefix: str, blocks: Iterable[Network]) -> bool:
    """Whether a prefix lies wholly within one of the blocks. No prefix at all means every address, and lies nowhere."""
    if not prefix:
        return False
    network = _parsed(prefix)
    return any(_contains(block, network) for block in blocks)


def meets(prefix: str, blocks: Iterable[Network]) -> bool:
    """Whether a prefix shares an address with one of the blocks. No prefix at all means every address."""
    if not prefix:
        return any(True for _ in blocks)
    network = _parsed(prefix)
    return any(block.version == network.version and block.overlaps(network) for block in blocks)


@cache
def _parsed(prefix: str) -> Network:
    """The same few prefixes stand in thousands of rules."""
    return ip_network(prefix)


def _contains(block: Network, network: Network) -> bool:
    if isinstance(block, IPv4Network):
        return isinstance(network, IPv4Network) and network.subnet_of(block)
    return isinstance(network, IPv6Network) and network.subnet_of(block)


def overlapping(rows: Iterable[tuple[str, Owner]]) -> Iterator[tuple[tuple[str, Owner], tuple[str, Owner]]]:
    """Neighbouring pairs of (prefix, owner) that share addresses: at least one pair for every prefix that overlaps another."""
    ordered = sorted(((ip_network(prefix), prefix, owner) for prefix, owner in rows), key=lambda row: _order(row[0]))
    widest = None
    for before, row in pairwise(ordered):
        if widest is None or not widest[0].overlaps(before[0]):
            widest = before
        if widest[0].overlaps(row[0]):
            yield (widest[1], widest[2]), (row[1], row[2])


def _order(network: Network) -> tuple[int, int, int]:
    return network.version, int(network.network_address), network.prefixlen
