"""Drawing SVG: shapes and words at places, and how wide words are. Pure; one font size a line, no scripts, no style sheets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from unicodedata import east_asian_width

FONT = "'Noto Sans CJK SC','WenQuanYi Zen Hei','PingFang SC','Microsoft YaHei',sans-serif"
INK, SOFT, FAINT = "#1c2733", "#4a5868", "#c9d1da"
"""Words and lines of a picture, from the darkest to the faintest."""
BLUE, ORANGE, GREEN, PINK = "#0072b2", "#c04a00", "#00785a", "#9c3d78"
"""Colours that people who see no red or no green can tell apart (after Okabe and Ito), dark enough to be read on white."""
_NARROW, _NARROW_BOLD = 0.57, 0.61
"""Mean width of a Latin letter or digit, in parts of the font size; a Chinese character is as wide as high."""


class Drawing:
    """What was drawn so far, in order."""

    def __init__(self) -> None:
        self._parts: list[str] = []

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str = "none",
        stroke: str = "none",
        *,
        corner: float = 0,
        dashed: bool = False,
    ) -> None:
        """A rectangle; corners rounded by so many units."""
        dash = ' stroke-dasharray="6 4"' if dashed else ""
        self._parts.append(
            f'<rect x="{_(x)}" y="{_(y)}" width="{_(width)}" height="{_(height)}" rx="{_(corner)}" fill="{fill}" stroke="{stroke}"{dash}/>'
        )

    def line(
        self, points: Sequence[tuple[float, float]], stroke: str, width: float = 1.6, *, dashed: bool = False
    ) -> None:
        """A line through points."""
        dash = ' stroke-dasharray="3 4"' if dashed else ""
        path = " ".join(f"{_(x)},{_(y)}" for x, y in points)
        self._parts.append(f'<polyline points="{path}" fill="none" stroke="{stroke}" stroke-width="{_(width)}"{dash}/>')

    def shape(self, points: Sequence[tuple[float, float]], fill: str) -> None:
        """A filled polygon."""
        self._parts.append(f'<polygon points="{" ".join(f"{_(x)},{_(y)}" for x, y in points)}" fill="{fill}"/>')

    def circle(self, x: float, y: float, radius: float, fill: str, stroke: str = "none") -> None:
        self._parts.append(
            f'<circle cx="{_(x)}" cy="{_(y)}" r="{_(radius)}" fill="{fill}" stroke="{stroke}" stroke-width="1.6"/>'
        )

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float = 12,
        fill: str = INK,
        anchor: str = "start",
        *,
        bold: bool = False,
        halo: str = "",
    ) -> None:
        """One line of words, their baseline at `y`; `anchor`: start, middle or end of the words at `x`; `halo`: what keeps lines off them."""
        weight = ' font-weight="bold"' if bold else ""
        if halo:
            weight += f' stroke="{halo}" stroke-width="3" paint-order="stroke"'
        self._parts.append(
            f'<text x="{_(x)}" y="{_(y)}" font-size="{_(size)}" fill="{fill}" text-anchor="{anchor}"{weight}>{escape(words)}</text>'
        )

    def document(self, title: str, description: str, width: float, height: float) -> str:
        """The whole file, on white."""
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_(width)} {_(height)}" width="{_(width)}" height="{_(height)}"'
            f' role="img" aria-labelledby="title desc" font-family="{FONT}">'
        )
        ground = f'<rect width="{_(width)}" height="{_(height)}" fill="#ffffff"/>'
        names = f'<title id="title">{escape(title)}</title>\n<desc id="desc">{escape(description)}</desc>'
        return "\n".join([head, names, ground, *self._parts, "</svg>"]) + "\n"


def _(number: float) -> str:
    """A coordinate: two decimals at most, so that a file is the same wherever it is drawn."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


def width_of(words: str, size: float, *, bold: bool = False) -> float:
    """About how wide a line is, rather too wide than too narrow."""
    narrow = _NARROW_BOLD if bold else _NARROW
    return sum(size if east_asian_width(sign) in "WF" else size * narrow for sign in words)


def wrapped(words: str, size: float, width: float) -> list[str]:
    """Words on as many lines as they need. Chinese breaks anywhere but before a closing sign; so do addresses."""
    return list(_lines(words, size, width))


def _lines(words: str, size: float, width: float) -> Iterator[str]:
    line = ""
    for sign in words:
        if line and width_of(line + sign, size) > width and sign not in "，。；：、）」":
            yield line
            line = ""
        line += sign
    if line:
        yield line
