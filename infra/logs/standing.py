"""How a keeper's logs stand: what its own comparison of every log with the chain says, if the chain itself is to be believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infra.findings import Verdict
from infra.logs import chain


@dataclass(frozen=True, slots=True)
class Heard:
    """What a keeper answered: what its program found, and its chain; or why there is no answer."""

    found: Mapping[str, Any] | None = None
    chain: str = ""
    unheard: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """`since`: the first day that is kept; `lines`, `machines`: how many lines of how many machines are sealed; `sealed`: when that was
    last done; `checked`: when and by whom it was last compared before this time. `problems`: what is not as it was."""

    keeper: str
    verdict: Verdict
    problems: tuple[str, ...] = ()
    since: str = ""
    links: int = 0
    files: int = 0
    lines: int = 0
    machines: int = 0
    sealed: str = ""
    checked: str = ""


def standing(keeper: str, heard: Heard, seen: str, key: str) -> Standing:
    """One keeper. A chain that is not to be believed is a violation; nothing heard, and nothing kept, is "could not check"."""
    found = heard.found
    if found is None:
        return Standing(keeper, Verdict.UNCHECKED, (heard.unheard,))
    chained = chain.problem(heard.chain, seen, key)
    problems = (*((chained,) if chained else ()), *map(str, found["problems"]))
    verdict = Verdict.VIOLATED if problems else Verdict.OK if found["lines"] else Verdict.UNCHECKED
    before = found.get("before")
    return Standing(
        keeper,
        verdict,
        problems or (() if found["lines"] else ("还没有封存过任何一行日志",)),
        str(found.get("since", "")),
        int(found["links"]),
        int(found["files"]),
        int(found["lines"]),
        len(found.get("machines", ())),
        str(found.get("last", "")),
        f"{before['time']} {before['by']}{'' if before['whole'] else '（不完整）'}" if before else "",
    )
