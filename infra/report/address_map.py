"""The address plan as a picture to scale: all pools, cut into the slots of sites, and what of each is used, reserved, resting or free."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network

from infra.addressing.demand import LINKS
from infra.addressing.plan import WIRE_SLOT
from infra.addressing.usage import Held, Place, PoolUsage, of_pools
from infra.model.estate import Estate
from infra.report.svg import BLUE, FAINT, INK, ORANGE, SOFT, Drawing, width_of, wrapped

EDGE, NAMES, TOP = 14, 176, 116
ROWS = 16
"""The whole is cut into as many rows, so that a pool is some rows, one, or part of one, and always a rectangle."""
WIDE, HIGH = 992, 56
"""A row."""
STRIP = 10
"""Height of the strip that shows what is taken; of a row of addresses a thing is never narrower than `_LEAST`."""
_LEAST = 1.6
_FREE, _NOBODY = "#e9eef3", "#ffffff"
_SHAPES = {Held.USED: (BLUE, 1.0), Held.RESERVED: ("#56a0d3", 0.5), Held.RESTING: (ORANGE, 0.75)}
"""Colour, and part of the strip's height, so that nobody needs the colour."""


def address_map(estate: Estate) -> str:
    """The SVG of the whole address plan."""
    return _Map(estate, of_pools(estate)).drawn()


class _Map:
    def __init__(self, estate: Estate, pools: tuple[PoolUsage, ...]) -> None:
        self.pools = pools
        self.whole = _around(pool.v4 for pool in pools)
        self.systems = {vpn.number: vpn.system for vpn in estate.vpns}
        self.drawing = Drawing()

    def drawn(self) -> str:
        width, bottom = EDGE * 2 + NAMES + WIDE, TOP + ROWS * HIGH
        self._title()
        for pool in self.pools:
            self._pool(pool)
        for network in _without(self.whole, [pool.v4 for pool in self.pools]):
            self._spare(network)
        self._legend(bottom + 26)
        return self.drawing.document("地址规划图", f"How {self.whole} is tiled by pools and slots.", width, bottom + 46)

    def _title(self) -> None:
        places = [place for pool in self.pools for place in pool.places]
        counts = "，".join(f"{held.label} {sum(place.usage.count(held) for place in places):,}" for held in Held)
        self.drawing.text(EDGE, 34, f"地址规划图  {self.whole}", 22, bold=True)
        about = f"{len(self.pools)} 个地址池，{len(places)} 处，按比例画；每行 {self.whole.num_addresses // ROWS:,} 个地址。全部：{counts}。"
        self.drawing.text(EDGE, 58, about, 13, SOFT)
        twin = (
            "每个 IPv4 块有一个 IPv6 孪生块：池名下方是该池的前缀，n 号槽取其中第 n 份（前缀长度加四），与 IPv4 同槽。"
        )
        self.drawing.text(EDGE, 78, twin, 13, SOFT)
        cell = WIDE / ROWS
        for number in range(ROWS):
            self.drawing.text(EDGE + NAMES + cell * (number + 0.5), TOP - 10, f"{number} 号槽", 11, SOFT, "middle")
        self.drawing.text(EDGE, TOP - 10, "只占一行的池，列就是槽号", 11, SOFT)

    # --- places -----------------------------------------------------------------------------------------------------------
    def _where(self, network: IPv4Network) -> tuple[float, float, float, float]:
        """Left, top, width and height of a block. Blocks are aligned, so that each is a rectangle."""
        row = self.whole.num_addresses // ROWS
        first = int(network.network_address) - int(self.whole.network_address)
        x, y = EDGE + NAMES + WIDE * (first % row) / row, TOP + HIGH * (first // row)
        rows = network.num_addresses // row
        return (x, y, WIDE, HIGH * rows) if rows else (x, y, WIDE * network.num_addresses / row, HIGH)

    def _pool(self, pool: PoolUsage) -> None:
        x, y, width, height = self._where(pool.v4)
        for number, piece in enumerate(pool.v4.subnets(new_prefix=pool.piece)):
            self._piece(pool, number, piece)
        self.drawing.box(x, y, width, height, "none", INK)
        self.drawing.text(EDGE, y + 17, pool.title, 13, bold=True)
        for number, line in enumerate((str(pool.v4), str(pool.v6))):
            self.drawing.text(EDGE, y + 33 + number * 15, line, 11.5, SOFT)
        if height >= 2 * HIGH:
            pieces = 2 ** (pool.piece - pool.v4.prefixlen)
            cut = (
                (f"{pieces} 个 VPN 实例，每个 /{pool.piece}", "实例内再按槽分")
                if pool.by_vpn
                else (f"{pieces} 个槽，每个 /{pool.piece}",)
            )
            for number, line in enumerate(cut):
                self.drawing.text(EDGE, y + 66 + number * 15, line, 11.5, SOFT)

    def _piece(self, pool: PoolUsage, number: int, piece: IPv4Network) -> None:
        """A slot or a VPN instance: whose it is, and the strip of what is taken."""
        x, y, width, height = self._where(piece)
        places = [place for place in pool.places if place.usage.v4[0].subnet_of(piece)]
        self.drawing.box(x, y, width, height, _NOBODY, FAINT)
        for line, (words, bold) in enumerate(self._words(pool, number, places, width)):
            fill = INK if places else SOFT
            self.drawing.text(x + 4, y + 13 + line * 13, words, 11, fill, bold=bold)
        for place in places:
            self._strip(place)

    def _words(self, pool: PoolUsage, number: int, places: list[Place], width: float) -> Iterator[tuple[str, bool]]:
        """The lines of a piece, and whether each is bold."""
        share = f"{100 * sum(place.usage.share for place in places) / len(places):.1f}%" if places else ""
        if pool.by_vpn:
            name = "公共实例" if number == 0 else self.systems.get(number, "")
            yield f"{number} {name}", bool(places)
            yield (f"{len(places)} 处 {share}" if places else "未开通" if name else ""), False
        elif not places:
            words = "站点之间的线路" if pool.name == LINKS and number == WIRE_SLOT else "空"
            yield from ((line, False) for line in wrapped(words, 11, width - 6))
        elif width < 2 * WIDE / ROWS:
            yield from ((line, True) for line in wrapped(places[0].usage.label, 11, width - 6)[:2])
            yield share, False
        else:
            usage = places[0].usage
            yield f"{number} 号槽  {usage.label}  {share}", True
            twins = f"{usage.v4[0]}  {usage.v6[0]}"
            yield from ((line, False) for line in wrapped(twins, 11, width - 8)[:2])

    def _strip(self, place: Place) -> None:
        x, y, width, height = self._where(place.usage.v4[0])
        base = y + height - 3
        self.drawing.box(x + 0.5, base - STRIP, width - 1, STRIP, _FREE)
        for network, held in place.usage.taken:
            left, _, wide, _ = self._where(network)
            colour, part = _SHAPES[held]
            shown = max(wide, _LEAST)
            self.drawing.box(min(left, x + width - shown), base - STRIP * part, shown, STRIP * part, colour)

    def _spare(self, network: IPv4Network) -> None:
        x, y, width, height = self._where(network)
        self.drawing.box(x, y, width, height, "none", SOFT, dashed=True)
        self.drawing.text(x + 10, y + 24, f"{network} 不属于任何地址池，留给将来", 12, SOFT)

    def _legend(self, y: float) -> None:
        x = float(EDGE)
        for held, (colour, part) in _SHAPES.items():
            self.drawing.box(x, y - STRIP, 22, STRIP, _FREE)
            self.drawing.box(x, y - STRIP * part, 22, STRIP * part, colour)
            words = {Held.USED: "已用", Held.RESERVED: "预留给邻块扩容", Held.RESTING: "收回后静置"}[held]
            self.drawing.text(x + 30, y, words, 12, SOFT)
            x += width_of(words, 12) + 60
        self.drawing.box(x, y - STRIP, 22, STRIP, _FREE)
        self.drawing.text(x + 30, y, "空闲。很小的块画得比实际宽；百分比是不空闲的部分", 12, SOFT)


def _around(networks: Iterable[IPv4Network]) -> IPv4Network:
    """The smallest block that holds all of them."""
    first, *others = networks
    while not all(network.subnet_of(first) for network in others):
        first = first.supernet()
    return first


def _without(whole: IPv4Network, taken: list[IPv4Network]) -> list[IPv4Network]:
    """What the blocks leave of the whole."""
    left = [whole]
    for network in taken:
        left = [rest for one in left for rest in (one.address_exclude(network) if network.subnet_of(one) else (one,))]
    return sorted(left)
