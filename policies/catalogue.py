"""The catalogue of information as the rules see it: one list of items, whatever file they are in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from infra.model.catalogue import BaseEntry, InformationItem
from policies.rule import Context

_CITED = re.compile(r"《[^》]{2,}》|〔[0-9]{4}〕")


def items(context: Context) -> Iterator[InformationItem]:
    """All items of all files of the catalogue."""
    return (item for file in context.estate.catalogues.values() for item in file.items)


def bases(context: Context) -> Iterator[tuple[str, str, BaseEntry]]:
    """All entries of base databases, with the file and the field they are in."""
    for identity, file in context.estate.catalogues.items():
        for number, entry in enumerate(file.bases):
            yield f"catalogue:{identity}", f"bases[{number}]", entry


def cites(basis: str | None) -> bool:
    """Whether a basis names a law or a policy: a title in 《》, or a number with its year in 〔〕."""
    return bool(_CITED.search(basis or ""))


def same_words(title: str) -> str:
    """A title without what makes no other information of it: width, case, spaces, punctuation."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", title)).casefold()
