"""Findings as people read them: grouped by site and file, with the way out, and the exit code that goes with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from itertools import groupby

import typer

from infra.blueprint.load import load
from infra.blueprint.types import Blueprint
from infra.engine import ROOT
from infra.errors import Exit
from infra.findings import Finding
from infra.report.findings import sentence
from policies.evaluate import Evaluation
from policies.tally import tally


def show(findings: Iterable[Finding], why: Callable[[Finding], Iterable[str]] = lambda _: ()) -> None:
    """Print findings, shared files first, then site by site; `why` adds lines to each."""
    ordered = sorted(findings, key=lambda row: (row.site or "", *row.sort_key()))
    for site, group in groupby(ordered, key=lambda row: row.site):
        rows = list(group)
        typer.echo(f"\n{f'站点 {site}' if site else '全省共用文件'}：{len(rows)} 处")
        for row in rows:
            typer.echo(sentence(row))
            for line in why(row):
                typer.echo(f"      {line}")


def close(evaluation: Evaluation, today: date) -> None:
    """End a report with the proof that rules ran, and every exception in force."""
    typer.echo("")
    for line in tally(evaluation, today):
        typer.echo(line)


def fail_if_any(findings: Iterable[Finding]) -> None:
    """Show the findings and leave with exit code 4, if there are any."""
    rows = list(findings)
    if rows:
        show(rows)
        raise typer.Exit(Exit.VIOLATIONS)


def sound_blueprint() -> Blueprint:
    """The blueprint of this checkout's estate; without one, its findings and exit code 4."""
    loaded = load(ROOT / "estate")
    if loaded.blueprint is None:
        fail_if_any(loaded.findings)
        raise AssertionError("no blueprint and no finding")
    return loaded.blueprint
