"""What is derived for real sites, by value where it matters and by count elsewhere."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.blueprint.canonical import canonical_json
from infra.blueprint.load import load
from tests.cases import HERE
from tests.partial import differences

GOLDENS = sorted((HERE / "golden").glob("*.yaml"))


@cache
def derived() -> dict[str, Any]:
    """Sites of the committed estate by id, zones and tenants by id too, as canonical JSON has them."""
    blueprint = load(HERE.parent / "estate").blueprint
    assert blueprint is not None
    sites: dict[str, Any] = {site["id"]: site for site in json.loads(canonical_json(blueprint))["sites"]}
    for site in sites.values():
        for name in ("zones", "tenants"):
            site[name] = {row["id"]: row for row in site[name]}
    return sites


def test_there_are_goldens() -> None:
    """A collector that finds nothing would pass everything."""
    assert {path.stem for path in GOLDENS} >= {"province", "suqian", "dr"}


@pytest.mark.parametrize("path", GOLDENS, ids=lambda path: path.stem)
def test_a_site_is_derived_as_its_golden_says(path: Path) -> None:
    """tests/golden/<site>.yaml; how to write one is said in tests/partial.py."""
    golden = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert golden, "an empty golden says nothing"
    wrong = list(differences(golden, derived()[path.stem]))
    assert wrong == [], (
        f"what is derived now: govnet blueprint --json | jq '.blueprint.sites[] | select(.id == \"{path.stem}\")'"
    )


@pytest.mark.parametrize(
    ("golden", "found"),
    [
        ({"a": 1}, {"a": 2}),
        ({"a": "__missing__"}, {"a": 0}),
        ({"a": 1}, {}),
        ({"__count__": 2}, [1]),
        ({"__has__": [{"a": 1}]}, [{"a": 2}]),
        ({"__has__": [{"a": 1}]}, {"a": 1}),
        ({"__lacks__": [{"a": 1}]}, [{"a": 2}, {"a": 1, "b": 2}]),
        ({"__lacks__": [{"a": 1}]}, {"a": 2}),
        ([1], [1, 2]),
        ({"a": {"b": 1}}, {"a": 3}),
    ],
)
def test_a_golden_can_fail(golden: object, found: object) -> None:
    """The comparison itself sees every kind of difference."""
    assert len(list(differences(golden, found))) == 1
