"""A status as a page: one file, nothing fetched from anywhere, readable without its script."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from infra.clock import in_china
from infra.statuspage.status import Sign, Status

_HERE = Path(__file__).parent

WORDS = {
    Sign.GOOD: ("✓", "正常"),
    Sign.WARNING: ("!", "警告"),
    Sign.BROKEN: ("✕", "故障"),
    Sign.UNKNOWN: ("?", "未知"),
    Sign.PLANNED: ("–", "规划中"),
}
"""Sign → what stands for it, and its word: colour alone says nothing to many people."""

STALE_MINUTES = 15
"""After so long the page says of itself that it is old."""


def page(status: Status) -> str:
    """The whole page. Pure: the same status gives the same bytes."""
    style, script = (_HERE.joinpath(name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            status=status,
            style=Markup(style),  # ours, like the script: what a browser may run is named by its digest
            script=Markup(script),
            digest=digest,
            words=WORDS,
            stale=STALE_MINUTES,
        )
    )


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters |= {"when": when, "span": span, "iso": iso}
    return made


def when(moment: datetime | None) -> str:
    """Day and minute in China."""
    return f"{in_china(moment):%m-%d %H:%M}" if moment else "未知"


def iso(moment: datetime) -> str:
    """For the page's own script and for whoever reads the source."""
    return in_china(moment).isoformat(timespec="seconds")


def span(minutes: float) -> str:
    """A length of time in its two largest units."""
    whole = max(0, int(minutes))
    days, rest = divmod(whole, 24 * 60)
    hours, left = divmod(rest, 60)
    if days:
        return f"{days} 天 {hours} 小时" if hours else f"{days} 天"
    if hours:
        return f"{hours} 小时 {left} 分" if left else f"{hours} 小时"
    return f"{left} 分钟"
