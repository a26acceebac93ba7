"""How full the pools are: what a site has handed out of what its part of the plan holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network

from infra.addressing.demand import LINKS, demands, single, space
from infra.model.estate import Estate, SiteEstate

CELLS = 64
"""Width of a drawn map: a cell is a sixty-fourth of the space."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Use of one part of one section, in IPv4 addresses. `drawn`: one sign a cell, `·` free, `▒` partly, `█` full."""

    section: str
    part: str
    space: tuple[str, ...]
    size: int
    used: int
    reserved: int
    resting: int
    drawn: str


def usage(estate: Estate, site: SiteEstate) -> Iterator[Usage]:
    """Every part of every section that has demands, in the order of the ledger."""
    for name, rows in demands(estate, site).items():
        if single(name):
            continue  # the block they come out of is counted where it was given
        section = site.ledger.sections.get(name)
        seen: set[str] = set()
        for row in rows:
            label = row.part.value if row.part else LINKS
            if label in seen:
                continue
            seen.add(label)
            networks = space(estate.pools, site, name, row, site.ledger.sections).v4
            held = [(IPv4Network(block.v4), block) for block in section.blocks.values()] if section else []
            inside = [(net, block) for net, block in held if any(net.subnet_of(network) for network in networks)]
            resting = [IPv4Network(block.v4) for block in section.released.values()] if section else []
            used = sum(net.num_addresses for net, _ in inside)
            spans = [IPv4Network(block.reserve or block.v4) for _, block in inside]
            yield Usage(
                section=name,
                part=label,
                space=tuple(map(str, networks)),
                size=sum(network.num_addresses for network in networks),
                used=used,
                reserved=sum(net.num_addresses for net in spans) - used,
                resting=sum(net.num_addresses for net in resting if any(net.subnet_of(space_) for space_ in networks)),
                drawn=_draw(networks, spans),
            )


def _draw(networks: tuple[IPv4Network, ...], spans: list[IPv4Network]) -> str:
    """A map of the first network of a part: how much of each cell is taken."""
    network = networks[0]
    cell = max(1, network.num_addresses // CELLS)
    taken = [0] * CELLS
    start = int(network.network_address)
    for span in spans:
        first, last = int(span.network_address) - start, int(span.broadcast_address) - start
        if not 0 <= first < network.num_addresses:
            continue
        for number in range(first // cell, min(last // cell, CELLS - 1) + 1):
            low, high = number * cell, number * cell + cell - 1
            taken[number] += min(last, high) - max(first, low) + 1
    return "".join("·" if not part else "█" if part >= cell else "▒" for part in taken)
