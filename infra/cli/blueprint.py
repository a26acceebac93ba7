"""`govnet blueprint`: everything derived, as canonical JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from infra.blueprint.canonical import canonical_json, digest
from infra.blueprint.load import load
from infra.cli.findings import fail_if_any
from infra.engine import ROOT


def blueprint(
    as_json: Annotated[bool, typer.Option("--json", help="输出规范 JSON：{sha256, blueprint}")] = False,
    estate_dir: Annotated[Path, typer.Option("--estate", help="estate 文件夹")] = ROOT / "estate",
) -> None:
    """推导出的全部内容及其 sha256；声明有误时列出问题，退出码 4。"""
    loaded = load(estate_dir)
    fail_if_any(loaded.findings)
    if loaded.blueprint is None:
        raise AssertionError("an estate without findings has a blueprint")
    seal = digest(loaded.blueprint)
    if as_json:
        document = {"sha256": seal, "blueprint": json.loads(canonical_json(loaded.blueprint))}
        typer.echo(json.dumps(document, sort_keys=True, ensure_ascii=False))
        return
    typer.echo(f"sha256  {seal}")
    for site in loaded.blueprint.sites:
        rules = sum(len(zone.group.rules) for zone in site.zones)
        rules += sum(len(tenant.group.rules) + len(tenant.zone_rules) for tenant in site.tenants)
        routes = sum(len(zone.router.routes) for zone in site.zones)
        typer.echo(
            f"{site.id}\t{site.title}\t区域 {len(site.zones)}\t租户 {len(site.tenants)}\t路由 {routes}\t安全规则 {rules}"
        )
    typer.echo(f"区域之间的许可 {len(loaded.blueprint.permits)} 条")
