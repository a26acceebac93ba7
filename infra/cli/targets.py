"""Which stacks a command line means, and how many are worked on at once."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from infra import stackfiles
from infra.engine import ROOT
from infra.stacks import Stack, select

Targets = Annotated[
    list[str] | None,
    typer.Argument(help="站点或 站点.层，例如 suqian suqian.network；不写则为全部", metavar="[站点[.层]]…"),
]


def deployed() -> list[Stack]:
    """Every stack that has a stack file."""
    return [Stack(site, layer) for site, layer in stackfiles.deployed(ROOT)]


def chosen(targets: list[str] | None) -> tuple[Stack, ...]:
    """The stacks that the words mean; without a cloud also those of sites that are only planned. Raises `UsageError`."""
    return select([Stack(site, layer) for site, layer in stackfiles.shown(ROOT)], targets or [])


def jobs() -> int:
    """Stacks at once: as many as there are processors, because the engine's runs are bound by them."""
    return max(2, os.cpu_count() or 1)
