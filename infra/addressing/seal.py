"""The seal of a ledger section: one line that every allocation changes, so that two branches which allocate at once conflict."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from infra.model.ledger import Block, Released, Section


def seal(blocks: Mapping[str, Block], released: Mapping[str, Released]) -> str:
    """Sixteen hex digits over the section's entries, independent of their order."""
    lines = [f"{key} {row.v4} {row.v6} {row.reserve}" for key, row in sorted(blocks.items())]
    lines += [f"{key} {row.v4} {row.v6} {row.since}" for key, row in sorted(released.items())]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def sealed(blocks: Mapping[str, Block], released: Mapping[str, Released]) -> Section:
    """A section with its entries sorted and its seal on."""
    ordered, rested = dict(sorted(blocks.items())), dict(sorted(released.items()))
    return Section(seal=seal(ordered, rested), blocks=ordered, released=rested)
