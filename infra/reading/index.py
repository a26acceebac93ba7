"""Where every declared thing is written: references to documents and paths."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from infra.findings import Where
from infra.reading.nodes import Document, Path, dotted, split


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
        document, path = self._places[reference]
        if document.findings:
            return None
        value: Any = document.value
        for step in path:
            value = value[step]
        return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()
