"""`govnet check`: everything that can be said about the estate without any cloud."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from infra.blueprint.load import load
from infra.cli.findings import show
from infra.clock import today
from infra.engine import ROOT
from infra.errors import Exit
from policies.evaluate import evaluate
from policies.rule import Context


def check(
    estate_dir: Annotated[Path, typer.Option("--estate", help="estate 文件夹")] = ROOT / "estate",
) -> None:
    """检查全部声明：写法、引用、地址、规则。一次列出所有问题；有必须改的，退出码 4。"""
    started = time.monotonic()
    loaded = load(estate_dir)
    findings = list(loaded.findings)
    rules = ""
    if loaded.estate is not None and loaded.blueprint is not None:
        judged = evaluate(Context(loaded.estate, loaded.blueprint, today()))
        findings += judged.findings
        rules = f"；{len(judged.judged)} 条规则判过 {sum(judged.judged.values())} 个对象"
    show(findings)
    blocking = sum(finding.blocks(today()) for finding in findings)
    sites = len(loaded.blueprint.sites) if loaded.blueprint else 0
    permits = len(loaded.blueprint.permits) if loaded.blueprint else 0
    typer.echo(
        f"\n{sites} 个站点、{permits} 条许可；问题 {len(findings)} 处，其中必须改 {blocking} 处{rules}"
        f"（{time.monotonic() - started:.2f} 秒）"
    )
    if blocking:
        raise typer.Exit(Exit.VIOLATIONS)
