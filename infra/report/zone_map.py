"""The zone map of a site: its zones side by side, below them a row for every flow that is permitted. What is not drawn does not pass."""

from __future__ import annotations

from itertools import groupby

from infra.blueprint.types import Blueprint, SitePlan, ZonePlan
from infra.report.svg import BLUE, FAINT, GREEN, INK, ORANGE, PINK, SOFT, Drawing, width_of, wrapped
from infra.report.zone_flows import ELSEWHERE, INTERNET, MOST_TENANTS, Row, Sort, columns, rows

EDGE, WORDS, OUTSIDE, COLUMN, FAR = 14, 210, 60, 100, 120
"""Widths: the margin, the words of the rows, the internet's column, a zone's, that of other sites."""
TOP = 84
"""Where the heads of the columns begin."""
LINE, LEAST, HEADING = 15, 32, 30
"""Heights: a line of words, the least of a row, the heading of a section."""
_COLOURS = {Sort.INSIDE: BLUE, Sort.OUT: ORANGE, Sort.ACROSS: GREEN, Sort.TENANTS: PINK}
_LEGEND = {
    "source": "发起连接的一方",
    "target": "接受连接的一方",
    "within": "同一区的机器之间",
    "tenant": "租户（不是整个区）",
    "wire": "站点之间的互联线路，每区一条",
    "passing": "线穿过而没有记号的区，与该流向无关",
}
_PIPE, _GROUND, _RULE = "#cdeadf", "#f6f8fa", "#e3e8ee"


def zone_map(blueprint: Blueprint, site_id: str) -> str:
    """The SVG of a site's zone map; `KeyError` when there is no such site."""
    site = blueprint.site(site_id)
    return _Map(site, rows(blueprint, site)).drawn()


class _Map:
    def __init__(self, site: SitePlan, found: tuple[Row, ...]) -> None:
        self.site, self.rows, self.zones = site, found, columns(site)
        self.left = EDGE + WORDS + OUTSIDE
        self.right = self.left + COLUMN * len(self.zones)
        self.width = self.right + FAR + EDGE
        self.places = {zone.id: self.left + COLUMN * (number + 0.5) for number, zone in enumerate(self.zones)}
        self.places |= {INTERNET: EDGE + WORDS + OUTSIDE / 2 - 4, ELSEWHERE: self.right + 24.0}
        self.heads = {zone.id: self._about(zone) for zone in self.zones}
        self.wires = {wire.zone_id: wire.segmentation_id for wire in site.cloud.wires}
        self.drawing = Drawing()

    def drawn(self) -> str:
        site, first = self.site, TOP + self._head_height() + 8
        bottom = first + sum(map(self._height, self.rows)) + HEADING * len({row.sort for row in self.rows})
        self._title()
        self._ground(bottom)
        y = first
        for sort, members in groupby(self.rows, key=lambda row: row.sort):
            self._heading(sort, y)
            y += HEADING
            for row in members:
                self._row(row, y)
                y += self._height(row)
        description = f"Zones of {site.id} as columns; every permitted flow is a row with its ports."
        return self.drawing.document(f"{site.title} 分区图", description, self.width, self._legend(bottom))

    # --- what lies behind the rows --------------------------------------------------------------------------------------
    def _title(self) -> None:
        site, permits = self.site, sum(row.permits for row in self.rows)
        state = "" if site.connected else "规划中：其他站点还没有到这里的通道。"
        about = f"站点 {site.id}：{len(site.zones)} 个区，{len(site.tenants)} 个租户，{permits} 条许可。{state}没有画出的一律不通。"
        self.drawing.text(EDGE, 34, f"{site.title}分区图", 22, bold=True)
        self.drawing.text(EDGE, 58, about, 13, SOFT)

    def _ground(self, bottom: float) -> None:
        drawing = self.drawing
        drawing.box(
            self.left, TOP - 10, self.right - self.left, bottom - TOP + 14, _GROUND, SOFT, corner=8, dashed=True
        )
        for name, x in self.places.items():
            drawing.line([(x, TOP + 30), (x, bottom)], FAINT, 1.2, dashed=name in (INTERNET, ELSEWHERE))
        for zone in self.zones:
            self._head(zone)
        self._pill(self.places[INTERNET], "互联网")
        self._pill(self.right + FAR / 2, "其他站点")
        if self.site.cloud.external is not None:
            self._stack(self.places[INTERNET], TOP + 52, ["登记的", "出口"])

    def _pill(self, x: float, title: str) -> None:
        wide = width_of(title, 13, bold=True) + 14
        self.drawing.box(x - wide / 2, TOP, wide, 30, "#ffffff", INK, corner=15)
        self.drawing.text(x, TOP + 20, title, 13, anchor="middle", bold=True)

    def _about(self, zone: ZonePlan) -> tuple[list[str], list[str]]:
        """A zone's title, and what else its head says, line by line."""
        kind = "" if zone.title == zone.kind.label else f"即{zone.kind.label}"
        hosts = sum(1 for host in self.site.hosts if host.zone_id == zone.id)
        tenants = sum(1 for tenant in self.site.tenants if tenant.zone_id == zone.id)
        held = f"主机 {hosts}" + (f" 租户 {tenants}" if tenants else "")
        words = [*wrapped(kind, 11, COLUMN - 8), zone.block.v4, *_two_lines(zone.block.v6), held]
        return wrapped(zone.title, 13, COLUMN - 8), words

    def _head_height(self) -> float:
        return 18 + max(LINE * len(title) + 14 * len(words) for title, words in self.heads.values())

    def _head(self, zone: ZonePlan) -> None:
        x, (title, words) = self.places[zone.id], self.heads[zone.id]
        self.drawing.box(x - COLUMN / 2 + 3, TOP, COLUMN - 6, self._head_height(), "#ffffff", INK, corner=6)
        for number, line in enumerate(title):
            self.drawing.text(x, TOP + 20 + number * LINE, line, 13, anchor="middle", bold=True)
        self._stack(x, TOP + 22 + len(title) * LINE, words)

    def _stack(self, x: float, y: float, lines: list[str]) -> None:
        for number, line in enumerate(lines):
            self.drawing.text(x, y + number * 14, line, 11, SOFT, "middle")

    # --- rows -------------------------------------------------------------------------------------------------------------
    def _heading(self, sort: Sort, y: float) -> None:
        self.drawing.line([(EDGE, y + HEADING - 4), (self.width - EDGE, y + HEADING - 4)], _COLOURS[sort], 1.6)
        left = len(self.site.tenants) - MOST_TENANTS
        more = f"（另有 {left} 个租户）" if sort is Sort.TENANTS and left > 0 else ""
        self.drawing.text(EDGE, y + HEADING - 10, sort.value + more, 13, _COLOURS[sort], bold=True)

    def _height(self, row: Row) -> float:
        return max(LEAST, LINE * max(len(self._words(row)), len(self._far(row))) + 4)

    def _words(self, row: Row) -> list[str]:
        return wrapped(row.words, 12, WORDS - 12)

    def _far(self, row: Row) -> list[str]:
        """Who is at the other end, and by which VLAN of the wires between sites."""
        lines = [line for name in row.far for line in wrapped(name, 12, FAR - 38)]
        return lines + [
            f"VLAN {self.wires[name]}" for name in (*row.sources, *row.targets) if lines and name in self.wires
        ]

    def _row(self, row: Row, y: float) -> None:
        height = self._height(row)
        middle = y + height / 2
        self.drawing.line([(EDGE, y + height), (self.width - EDGE, y + height)], _RULE, 1)
        for lines, x in ((self._words(row), EDGE), (self._far(row), self.right + 36)):
            for number, line in enumerate(lines):
                self.drawing.text(x, middle + (number - (len(lines) - 1) / 2) * LINE + 4, line, 12)
        self._arrow(row, middle + 6, _COLOURS[row.sort])

    def _arrow(self, row: Row, y: float, colour: str) -> None:
        """The line from everybody to everybody of a row, with the sign of what each is, and the ports above it."""
        drawing, rims = self.drawing, dict.fromkeys(row.within, 8.0)
        if row.tenant:
            rims[row.tenant] = 5
        ends = [self.places[name] for name in (*row.sources, *row.targets)]
        if ends:
            points = [(min(ends), y), (max(ends), y)]
            if row.far:
                drawing.line(points, _PIPE, 9)
            drawing.line(points, colour, 1.8)
        sources = [self.places[name] for name in row.sources]
        for name in row.targets:
            self._heads(self.places[name], y, sources, colour, rims.get(name, 0))
        for x in sources:
            drawing.circle(x, y, 4, colour)
        for name in row.within:
            drawing.circle(self.places[name], y, 7, "none", colour)
        if row.tenant:
            opens = row.tenant not in row.targets
            drawing.box(self.places[row.tenant] - 5, y - 5, 10, 10, colour if opens else "#ffffff", colour)
        if row.ports:
            start = min([*ends, *(self.places[name] for name in row.within)])
            following = min((x for x in self.places.values() if x > start), default=self.width)
            middle = (start + following) / 2
            drawing.text(middle, y - 5, row.ports, 12, colour, "middle", bold=True, halo=_GROUND)

    def _heads(self, x: float, y: float, sources: list[float], colour: str, rim: float = 0) -> None:
        """An arrow's head from every side on which a source stands; it ends at the rim of the sign that stands there."""
        for side in sorted({1 if source < x else -1 for source in sources}):
            tip = x - rim * side
            self.drawing.shape([(tip, y), (tip - 10 * side, y - 5), (tip - 10 * side, y + 5)], colour)

    def _legend(self, y: float) -> float:
        """The signs explained, on as many lines as they need; gives the height of the whole."""
        level, x, drawing = y + 30, EDGE + 6.0, self.drawing
        for sign, words in _LEGEND.items():
            wide = width_of(words, 12) + 16
            if x + wide > self.width - EDGE:
                level, x = level + 24, EDGE + 6.0
            match sign:
                case "source":
                    drawing.circle(x, level, 4, INK)
                case "target":
                    self._heads(x + 5, level, [x], INK)
                case "within":
                    drawing.circle(x, level, 7, "none", INK)
                case "tenant":
                    drawing.box(x - 5, level - 5, 10, 10, INK, INK)
                case "wire":
                    drawing.line([(x - 8, level), (x + 10, level)], _PIPE, 9)
                case _:
                    drawing.line([(x - 8, level), (x + 10, level)], INK, 1.8)
            drawing.text(x + 16, level + 4, words, 12, SOFT)
            x += wide + 30
        return level + 20


def _two_lines(block: str) -> list[str]:
    """An IPv6 block; one that is too wide breaks before its third group."""
    if width_of(block, 11) <= COLUMN - 10:
        return [block]
    first, second, rest = block.split(":", 2)
    return [f"{first}:{second}:", rest]
