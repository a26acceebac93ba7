"""Reading a picture back: what words it has, where, and whether they stand in each other's way."""

from __future__ import annotations

from typing import NamedTuple
from xml.etree import ElementTree

from infra.report.svg import width_of

_SVG = "{http://www.w3.org/2000/svg}"
_SHIFT = {"start": 0.0, "middle": 0.5, "end": 1.0}


class Words(NamedTuple):
    """A line of words and the space it takes."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Words) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


def size(picture: str) -> tuple[float, float]:
    """Width and height."""
    _, _, width, height = ElementTree.fromstring(picture).attrib["viewBox"].split()
    return float(width), float(height)


def words(picture: str) -> list[Words]:
    """Every line of words, from the top to the bottom."""
    return sorted(map(_words, ElementTree.fromstring(picture).iter(f"{_SVG}text")), key=lambda row: (row.top, row.left))


def _words(element: ElementTree.Element) -> Words:
    x, y, high = (float(element.attrib[name]) for name in ("x", "y", "font-size"))
    text = element.text or ""
    wide = width_of(text, high, bold="font-weight" in element.attrib)
    left = x - wide * _SHIFT[element.attrib["text-anchor"]]
    return Words(text, left, y - 0.85 * high, left + wide, y + 0.15 * high)


def collisions(picture: str) -> list[tuple[str, str]]:
    """Lines of words that overlap."""
    found = []
    rows = words(picture)
    for number, one in enumerate(rows):
        for other in rows[number + 1 :]:
            if other.top >= one.bottom:
                break
            if one.meets(other):
                found.append((one.text, other.text))
    return found


def outside(picture: str) -> list[str]:
    """Lines of words that leave the picture."""
    width, height = size(picture)
    return [
        row.text for row in words(picture) if row.left < 0 or row.top < 0 or row.right > width or row.bottom > height
    ]
