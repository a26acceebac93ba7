"""Mutants that nobody notices, each with its reason (survivors.yaml)."""

from __future__ import annotations

from pathlib import Path

import yaml

LISTED = Path(__file__).with_name("survivors.yaml")


def listed() -> dict[tuple[str, str, str], str]:
    """File, line as it is and line as it becomes, with the reason why nobody notices."""
    content = yaml.safe_load(LISTED.read_text(encoding="utf-8"))
    rows = [(file, row) for file, found in content.items() for row in found]
    reasons = {(file, row["was"], row["becomes"]): row["why"] for file, row in rows}
    assert len(reasons) == len(rows), "a survivor is listed twice"
    return reasons
