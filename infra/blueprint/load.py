"""From a folder to estate, blueprint and findings in one call."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from infra.blueprint.compile import compile_blueprint
from infra.blueprint.types import Blueprint
from infra.findings import Finding
from infra.model.estate import Estate
from infra.reading import read_estate


@dataclass(frozen=True, slots=True)
class Loaded:
    """Everything known before any rule. `estate` and `blueprint` are `None` only when a shared file is unsound.

    Findings of reading and compiling, sorted by place. A site that is missing from the blueprint has findings of its own.
    """

    estate: Estate | None
    blueprint: Blueprint | None
    findings: tuple[Finding, ...]


def load(estate_dir: Path) -> Loaded:
    """Read and compile an estate folder. Pure but for reading files; never raises for what people wrote."""
    reading = read_estate(estate_dir)
    if reading.estate is None:
        return Loaded(None, None, reading.findings)
    blueprint, derived = compile_blueprint(reading.estate)
    return Loaded(reading.estate, blueprint, tuple(sorted((*reading.findings, *derived), key=Finding.sort_key)))
