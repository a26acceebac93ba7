"""Which declarations another version derives something else from: the whole blueprint is looked at, so that nothing changes unsaid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from infra.blueprint.types import Blueprint


def moved(base: Blueprint, head: Blueprint) -> tuple[str, ...]:
    """References of all declarations from which anything is derived that is new, gone or other than it was; sorted."""
    before, after = _derived(base), _derived(head)
    return tuple(name for name in sorted({*before, *after}) if before.get(name) != after.get(name))


def _derived(blueprint: Blueprint) -> dict[str, list[object]]:
    found: dict[str, list[object]] = defaultdict(list)
    for reference, value in _walk(blueprint):
        found[reference].append(value)
    return found


def _walk(value: object) -> Iterator[tuple[str, object]]:
    """Everything that says what it is declared by, each without those of its parts that say so themselves."""
    if isinstance(value, tuple):
        for member in value:
            yield from _walk(member)
    elif is_dataclass(value) and not isinstance(value, type):
        if isinstance(reference := getattr(value, "declared_by", None), str):
            yield reference, _own(value)
        for row in fields(value):
            yield from _walk(getattr(value, row.name))


def _own(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(_own(member) for member in value if not hasattr(member, "declared_by"))
    if is_dataclass(value) and not isinstance(value, type):
        members = ((row.name, getattr(value, row.name)) for row in fields(value))
        return tuple((name, _own(member)) for name, member in members if not hasattr(member, "declared_by"))
    return value
