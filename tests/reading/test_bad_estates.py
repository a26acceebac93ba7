"""Every mistake is found, said exactly, with its place and what would be right; nothing else is said."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from infra.blueprint.load import load
from tests.cases import HERE, SMALL, lines_of, read_case, sites_of

CASES = sorted((HERE / "bad_estates").glob("*.case"))
FEWEST = 81
"""Fewer cases than there were means that the collector looks in the wrong place."""


def test_the_collector_found_the_cases() -> None:
    """A collector that finds nothing would pass everything."""
    assert len(CASES) >= FEWEST


def test_the_estate_that_cases_start_from_is_sound() -> None:
    """Otherwise a case would show the mistakes of its start."""
    loaded = load(SMALL)
    assert lines_of(loaded.findings) == []
    assert sites_of(loaded) == "dr province suqian"


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_bad_estate_gives_exactly_its_findings(path: Path, tmp_path: Path) -> None:
    """Code, file, line, field, message, wrong value and the right one: all of them, and all at once."""
    case = read_case(path)
    loaded = load(case.make(tmp_path))
    found = lines_of(loaded.findings)
    if os.environ.get("GOVNET_WRITE_EXPECTED"):
        case.rewrite(found, sites_of(loaded))
        return
    assert (found, sites_of(loaded)) == (list(case.expected), case.sites), (
        "GOVNET_WRITE_EXPECTED=1 .venv/bin/pytest tests/reading/test_bad_estates.py"
    )
    assert found, "a case must find something"
