"""Partial goldens: what matters by value, the rest by count, and what must not be there.

A golden is YAML. A mapping is compared key by key, only those written; `__missing__` as a value says that the key must not exist;
`__count__` is the length of a list or mapping; `__has__` lists members that a list must have, `__lacks__` such that it must not have, each
again partial.
"""

from __future__ import annotations

from collections.abc import Iterator

MISSING = "__missing__"


def differences(golden: object, found: object, place: str = "") -> Iterator[str]:
    """Every way in which the found value is not what the golden says."""
    if isinstance(golden, dict):
        yield from _mapping(golden, found, place)
    elif isinstance(golden, list):
        if not isinstance(found, list | tuple) or len(golden) != len(found):
            yield f"{place}: {golden!r} expected, found {found!r}"
            return
        for number, (one, other) in enumerate(zip(golden, found, strict=True)):
            yield from differences(one, other, f"{place}[{number}]")
    elif golden != found:
        yield f"{place}: {golden!r} expected, found {found!r}"


def _mapping(golden: dict[str, object], found: object, place: str) -> Iterator[str]:
    for key, value in golden.items():
        here = f"{place}.{key}" if place else str(key)
        if key == "__count__":
            length = len(found) if isinstance(found, dict | list | tuple) else None
            if length != value:
                yield f"{place}: {value} expected, found {length}"
        elif key in ("__has__", "__lacks__"):
            if not isinstance(found, list | tuple):
                yield f"{here}: no list: {found!r}"
                continue
            for number, sought in enumerate(value if isinstance(value, list) else [value]):
                there = any(not list(differences(sought, member)) for member in found)
                if there is (key == "__lacks__"):
                    yield f"{here}[{number}]: {'found' if there else 'nothing matches'} {sought!r}"
        elif not isinstance(found, dict):
            yield f"{here}: {value!r} expected in {found!r}"
        elif value == MISSING:
            if key in found:
                yield f"{here}: must be missing, found {found[key]!r}"
        elif key not in found:
            yield f"{here}: missing"
        else:
            yield from differences(value, found[key], here)
