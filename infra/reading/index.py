"""Where every declared thing is written: references to documents and paths."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from infra.findings import Where
from infra.reading.nodes import Document, Path, dotted, split

_NAMED_IN = {
    "department": {"department", "sources"},
    "vpn": {"vpn", "imports"},
    "project": {"project"},
    "plan": {"plan"},
    "approval": {"approval", "approvals", "papers"},
    "product": {"os", "chip", "database"},
    "tenant": {"tenant"},
    "service": {"serves"},
    "site": {"copies_at", "egress_via", "opened", "realised", "copy_at"},
}
"""Sort of a declared thing → the fields in which others write its bare id. With its sort (`tenant:…`) it may stand anywhere."""


class Index:
    """References such as `tenant:suqian_renshe` and the place of each (the `Locator` of an estate)."""

    def __init__(self) -> None:
        self._places: dict[str, tuple[Document, Path]] = {}

    def put(self, reference: str, document: Document, path: Path = ()) -> Document | None:
        """Remember a reference; returns the document that already has it, if there is one."""
        if reference in self._places:
            return self._places[reference][0]
        self._places[reference] = (document, path)
        return None

    def place(self, reference: str) -> tuple[Document, Path]:
        """The document of a reference and the path inside it. `KeyError` when unknown."""
        return self._places[reference]

    def references(self) -> list[str]:
        return sorted(self._places)

    def where(self, reference: str, field: str = "") -> Where:
        """File, line and field of a reference. `KeyError` when unknown."""
        document, base = self._places[reference]
        path = (*base, *split(field))
        return Where(document.file, document.line(path), dotted(path))

    def seal(self, reference: str) -> str | None:
        """SHA-256 over the values declared there: layout, comments and the order of fields do not count. `KeyError` when unknown.

        None for what stands in an unsound file: nobody knows what it is to be.
        """
        if self._places[reference][0].findings:
            return None
        value = self._value(reference)
        return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()

    def citing(self, reference: str) -> list[str]:
        """The declared things that name this one, sorted. `KeyError` when unknown."""
        sort, _, identity = reference.partition(":")
        own = self._value(reference)
        names = {identity}
        if sort == "plan":  # named by its entries
            names |= {row["id"] for row in own["entries"]}
        fields = _NAMED_IN.get(sort, set())
        citing = [
            other
            for other in self.references()
            if other != reference
            and any(
                text == reference or (text in names and field in fields)
                for field, text in _words("", self._value(other))
            )
        ]
        return [row for row in citing if not any(self._around(row, other) for other in citing)]

    def _around(self, outer: str, inner: str) -> bool:
        """Whether one declared thing is written inside another, as an item is in its catalogue."""
        (file, path), (same, below) = self._places[outer], self._places[inner]
        return file is same and len(path) < len(below) and below[: len(path)] == path

    def _value(self, reference: str) -> Any:
        """The plain value declared there; nothing where its file could not be read."""
        document, path = self._places[reference]
        value: Any = document.value
        for step in path:
            value = value[step]
        return value


def _words(field: str, value: object) -> Iterator[tuple[str, str]]:
    """Every text inside a value with the field it stands in; the items of a list or a mapping stand in its field as well."""
    if isinstance(value, str):
        yield field, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _words(field if field == "papers" else str(name), inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _words(field, inner)
