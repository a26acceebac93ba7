"""The blueprint of the real estate, for tests that stand on it."""

from __future__ import annotations

from functools import cache

from infra.blueprint.load import load
from infra.blueprint.types import Blueprint
from infra.engine import ROOT


@cache
def blueprint() -> Blueprint:
    loaded = load(ROOT / "estate")
    assert loaded.blueprint is not None, loaded.findings
    return loaded.blueprint
