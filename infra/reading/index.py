"""Where every declared thing is written: references to documents and paths."""

from __future__ import annotations

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
