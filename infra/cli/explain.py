"""`govnet explain` and `govnet whois`: from a declared thing to all that follows from it, and from an address back to whose it is."""

from __future__ import annotations

from ipaddress import ip_address
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer

from infra.addressing.usage import of_pools
from infra.blueprint.explain import explain as derive
from infra.blueprint.load import load
from infra.blueprint.types import Blueprint
from infra.blueprint.whois import example
from infra.blueprint.whois import whois as find
from infra.cli.findings import fail_if_any
from infra.engine import ROOT
from infra.errors import UsageError
from infra.model.estate import Estate
from infra.reading.words import nearest

EstateFolder = Annotated[Path, typer.Option("--estate", help="estate 文件夹")]


def explain(
    identity: Annotated[str, typer.Argument(help="声明的标识，例如 suqian_renshe，或 tenant:suqian_renshe")],
    estate_dir: EstateFolder = ROOT / "estate",
) -> None:
    """由一处声明推导出的一切：地址、网络、规则、路由、配额、平台，以及各自所在的链条。"""
    estate, blueprint = _loaded(estate_dir)
    known = {reference: reference if ":" in identity else _name(reference) for reference in estate.references()}
    found = [reference for reference, name in known.items() if name == identity]
    if not found:
        raise UsageError(f"没有 {identity}", f"最接近的是：{nearest(identity, known.values())}")
    for reference in found:
        typer.echo(f"{reference}  声明在 {estate.where(reference)}")
        rows = sorted(derive(blueprint, reference), key=lambda row: row.sort)
        for sort, group in groupby(rows, key=lambda row: row.sort):
            members = list(group)
            typer.echo(f"  {sort}（{len(members)}）")
            for row in members:
                chain = f"  ⟵ {' / '.join(row.chain)}" if row.chain else ""
                typer.echo(f"    {row.text}{chain}")
        if not rows:
            typer.echo("  蓝图里没有直接由它推导的东西")
        if citing := estate.citing(reference):
            typer.echo(f"  引用它的声明（{len(citing)}）")
            for other in citing:
                typer.echo(f"    {other}  {estate.where(other)}")


def _name(reference: str) -> str:
    """`suqian_renshe` of `tenant:suqian_renshe`."""
    return reference.partition(":")[2]


def whois(
    address: Annotated[str, typer.Argument(help="IPv4 或 IPv6 地址")],
    estate_dir: EstateFolder = ROOT / "estate",
) -> None:
    """一个地址是谁的：单位、地点、线路、值守岗位和联系方式。没登记的写明未登记。"""
    estate, blueprint = _loaded(estate_dir)
    try:
        holders = find(blueprint, address)
    except ValueError as error:
        raise UsageError(f"不是地址：{address}", "写成 10.52.128.5 或 2001:db8:d00:8000::5") from error
    if not holders:
        _nobodys(estate, address)
        return
    first = holders[0]
    typer.echo(f"{address}  {first.title}")
    typer.echo(f"  地点：{first.place}\n  线路：{first.circuit}\n  值守：{first.duty}，电话{first.phone}")
    for row in holders:
        typer.echo(f"  {row.block}  {' / '.join(row.chain)}（{row.declared_by}）")
    if prefix := example(address):
        typer.echo(f"  示例：{prefix} 只供文档使用，正式地址下达后换上")


def _nobodys(estate: Estate, address: str) -> None:
    """Which pool an address that nobody has is in; `UsageError` when it is in none, thus never ours to give."""
    wanted = ip_address(address)
    for pool in of_pools(estate):
        if wanted in (pool.v4 if wanted.version == 4 else pool.v6):
            typer.echo(f"{address}  没有分配给谁，在地址池 {pool.name}（{pool.title}）里")
            return
    raise UsageError(
        f"{address} 不在本省政务外网的地址规划里", "govnet addresses show 地址池 画出各地址池，例如 public_shared"
    )


def _loaded(estate_dir: Path) -> tuple[Estate, Blueprint]:
    """What can be read; that there is more, which cannot, is said on stderr, because an answer may lack it."""
    loaded = load(estate_dir)
    if loaded.estate is None or loaded.blueprint is None:
        fail_if_any(loaded.findings)
        raise UsageError(f"读不出 {estate_dir}", "先运行 govnet check")
    if loaded.findings:
        typer.echo(f"注意：声明里有 {len(loaded.findings)} 处问题，回答可能不全；govnet check 逐条列出", err=True)
    return loaded.estate, loaded.blueprint
