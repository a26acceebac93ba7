"""Every mistake is found, said exactly, with its place and what would be right; nothing else is said."""

from __future__ import annotations

import codecs
import os
import shutil
from pathlib import Path

import pytest

from infra.blueprint.load import load
from tests.cases import HERE, SMALL, lines_of, read_case, sites_of

CASES = sorted((HERE / "bad_estates").glob("*.case"))
FEWEST = 109
"""Fewer cases than there were means that the collector looks in the wrong place."""


def test_the_collector_found_the_cases() -> None:
    """A collector that finds nothing would pass everything."""
    assert len(CASES) >= FEWEST


def test_the_estate_that_cases_start_from_is_sound() -> None:
    """Otherwise a case would show the mistakes of its start."""
    loaded = load(SMALL)
    assert lines_of(loaded.findings) == []
    assert sites_of(loaded) == "dr province suqian"


def test_the_marks_of_an_editor_change_nothing(tmp_path: Path) -> None:
    """A byte order mark and line ends of another system: the same facts, the same blueprint."""
    root = shutil.copytree(SMALL, tmp_path / "estate")
    for path in root.rglob("*.yaml"):
        path.write_bytes(codecs.BOM_UTF8 + path.read_bytes().replace(b"\n", b"\r\n"))
    marked, plain = load(root), load(SMALL)
    assert marked.blueprint is not None
    assert (lines_of(marked.findings), marked.blueprint) == ([], plain.blueprint)


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
