"""How full the pools are: what the ledgers have handed out of what the plan holds, by site and by pool."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

from infra.addressing.demand import LINKS, demands, single, space
from infra.addressing.plan import SLOT_BITS, Blocks, links_block, zone_block
from infra.model.enums import Titled, ZoneKind
from infra.model.estate import Estate, SiteEstate
from infra.model.ledger import Section
from infra.model.pool import Pool

CELLS = 64
"""Width of a drawn map: a cell is a sixty-fourth of the space."""


class Held(Titled):
    """Why an address is not free: somebody uses it, it is kept for a neighbour's growth, or it rests after its release."""

    USED = "used", "已用"
    RESERVED = "reserved", "预留"
    RESTING = "resting", "静置"


@dataclass(frozen=True, slots=True)
class Usage:
    """Use of some address space, counted in IPv4 addresses. `v6`: the twins of `v4`. `taken`: disjoint blocks of `v4` that are not free."""

    label: str
    v4: tuple[IPv4Network, ...]
    v6: tuple[IPv6Network, ...]
    taken: tuple[tuple[IPv4Network, Held], ...]

    @property
    def size(self) -> int:
        return sum(network.num_addresses for network in self.v4)

    def count(self, held: Held) -> int:
        """How many addresses are held in this way."""
        return sum(network.num_addresses for network, why in self.taken if why is held)

    @property
    def share(self) -> float:
        """What is not free, in parts of the whole."""
        return sum(network.num_addresses for network, _ in self.taken) / self.size

    @property
    def drawn(self) -> str:
        """One sign a cell: `·` free, `▒` partly used or reserved, `█` wholly, `○` nothing but resting addresses in it."""
        cell = max(1, self.size // CELLS)
        given, resting = [0] * CELLS, [0] * CELLS
        for network, why in self.taken:
            row = resting if why is Held.RESTING else given
            for number, part in _cells(self._offset(network), network.num_addresses, cell):
                row[number] += part
        return "".join(_sign(*parts, cell) for parts in zip(given, resting, strict=True))

    def _offset(self, network: IPv4Network) -> int:
        """Where a block begins when the networks stand in one row."""
        passed = 0
        for whole in self.v4:
            if network.subnet_of(whole):
                return passed + int(network.network_address) - int(whole.network_address)
            passed += whole.num_addresses
        raise ValueError(f"{network} is not in {self.v4}")


def _cells(first: int, length: int, cell: int) -> Iterator[tuple[int, int]]:
    """The cells that a span touches and how much of it is in each."""
    end = first + length
    for number in range(first // cell, min((end - 1) // cell + 1, CELLS)):
        yield number, min(end, (number + 1) * cell) - max(first, number * cell)


def _sign(given: int, resting: int, cell: int) -> str:
    if given:
        return "█" if given >= cell else "▒"
    return "○" if resting else "·"


# --- by site ----------------------------------------------------------------------------------------------------------
def of_site(estate: Estate, site: SiteEstate) -> Iterator[Usage]:
    """Every part of every section that has demands, in the order of the ledger."""
    for name, rows in demands(estate, site).items():
        if single(name):
            continue  # the block they come out of is counted where it was given
        section = site.ledger.sections.get(name)
        for part, row in {row.part: row for row in reversed(rows)}.items():
            networks = space(estate.pools, site, name, row, site.ledger.sections)
            label = f"{name}／{part.value if part else LINKS}"
            yield Usage(label, networks.v4, networks.v6, tuple(_taken(section, networks.v4)))


def _taken(section: Section | None, networks: Sequence[IPv4Network]) -> Iterator[tuple[IPv4Network, Held]]:
    """What a section holds of some networks, in the order of the addresses."""
    held = sorted(_held(section)) if section else []
    return ((network, why) for network, why in held if any(network.subnet_of(whole) for whole in networks))


def _held(section: Section) -> Iterator[tuple[IPv4Network, Held]]:
    for block in section.blocks.values():
        network = IPv4Network(block.v4)
        yield network, Held.USED
        if block.reserve:
            yield from ((rest, Held.RESERVED) for rest in IPv4Network(block.reserve).address_exclude(network))
    for block in section.released.values():
        yield IPv4Network(block.reserve or block.v4), Held.RESTING


@dataclass(frozen=True, slots=True)
class Shift:
    """Address space of a site of which something was given out or became free; `before` is `None` when there was no such space."""

    site: str
    before: Usage | None
    after: Usage


def shifts(base: Estate, head: Estate) -> Iterator[Shift]:
    """What two versions hold differently, site by site; a site that is gone holds nothing."""
    for name, site in head.sites.items():
        old = {row.label: row for row in of_site(base, base.sites[name])} if name in base.sites else {}
        for row in of_site(head, site):
            before = old.get(row.label)
            if before is None or before.taken != row.taken:
                yield Shift(name, before, row)


# --- by pool ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Place:
    """What a zone of one site (or its links) has of a pool. `vpn`: the number of its VPN instance."""

    site: str
    slot: int
    vpn: int
    usage: Usage


@dataclass(frozen=True, slots=True)
class PoolUsage:
    """A pool and what every site has of it, by VPN instance and slot; a slot without a site has no place.

    `piece`: prefix length of the equal pieces that the pool is cut into first, slots or (`by_vpn`) VPN instances.
    """

    name: str
    title: str
    v4: IPv4Network
    v6: IPv6Network
    piece: int
    by_vpn: bool
    places: tuple[Place, ...]


def of_pools(estate: Estate) -> tuple[PoolUsage, ...]:
    """Every pool, in the order of the address plan."""
    pools = [_pool(LINKS, "互联线路", estate.pools.links, _of_links(estate))]
    pools += [_pool(kind.value, kind.label, pool, _of_kind(estate, kind)) for kind, pool in estate.pools.zones.items()]
    return tuple(sorted(pools, key=lambda pool: pool.v4))


def _pool(name: str, title: str, pool: Pool, places: Iterable[Place]) -> PoolUsage:
    v4, v6 = IPv4Network(pool.v4), IPv6Network(pool.v6)
    piece = pool.instances.v4 if pool.instances else v4.prefixlen + SLOT_BITS
    ordered = sorted(places, key=lambda place: (place.vpn, place.slot))
    return PoolUsage(name, title, v4, v6, piece, pool.instances is not None, tuple(ordered))


def _of_kind(estate: Estate, kind: ZoneKind) -> Iterator[Place]:
    for site in estate.sites.values():
        for zone in site.zones:
            if zone.kind is kind:
                label = f"{site.entry.name}／{zone.title}" if zone.vpn else site.entry.name
                yield _place(site, zone_block(estate.pools, zone, site.entry.slot), zone.id, zone.vpn, label)


def _of_links(estate: Estate) -> Iterator[Place]:
    for site in estate.sites.values():
        yield _place(site, links_block(estate.pools, site.entry.slot), LINKS, 0, site.entry.name)


def _place(site: SiteEstate, block: Blocks, section: str, vpn: int, label: str) -> Place:
    taken = tuple(_taken(site.ledger.sections.get(section), (block.v4,)))
    return Place(site.id, site.entry.slot, vpn, Usage(label, (block.v4,), (block.v6,), taken))
