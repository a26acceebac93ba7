"""`govnet addresses`: hand out blocks into the ledgers, and draw how full the pools are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from infra.addressing import ledger
from infra.addressing.allocate import allocate as allocate_site
from infra.addressing.usage import Held, Usage, of_pools, of_site
from infra.cli.findings import fail_if_any
from infra.clock import today
from infra.engine import ROOT
from infra.errors import UsageError
from infra.files import write_whole
from infra.findings import Finding
from infra.model.estate import Estate
from infra.reading import read_estate
from infra.reading.words import nearest

addresses_app = typer.Typer(help="地址：分配到台账，查看用量。", no_args_is_help=True)
EstateFolder = Annotated[Path, typer.Option("--estate", help="estate 文件夹")]


@addresses_app.command("allocate")
def allocate(estate_dir: EstateFolder = ROOT / "estate") -> None:
    """给还没有地址的声明分配地址块，写入各站点的 ledger.yaml；已有的不动。有文件读不出的站点，台账不动，退出码 4。"""
    estate, findings = _readable(estate_dir)
    broken = sorted({finding.site for finding in findings if finding.site})
    unchanged = []
    for site in estate.sites.values():
        if site.id in broken:
            continue  # what cannot be read would be taken for gone, and its addresses given back
        fresh, said = allocate_site(estate, site, today())
        findings += said
        path = estate_dir / "sites" / site.id / "ledger.yaml"
        text = ledger.render(fresh)
        if path.exists() and path.read_text(encoding="utf-8") == text:
            unchanged.append(site.id)
            continue
        before = {(name, key) for name, section in site.ledger.sections.items() for key in section.blocks}
        after = {(name, key) for name, section in fresh.sections.items() for key in section.blocks}
        write_whole(path, text)
        typer.echo(f"{site.id}：新分配 {len(after - before)} 块，收回 {len(before - after)} 块，已写 {path}")
    if unchanged:
        typer.echo(f"没有变化：{'、'.join(unchanged)}")
    if broken:
        typer.echo(f"文件有误，台账不动：{'、'.join(broken)}", err=True)
    fail_if_any(findings)


@addresses_app.command("show")
def show(
    name: Annotated[str, typer.Argument(help="站点或地址池，例如 suqian、public_shared、links", metavar="站点|地址池")],
    estate_dir: EstateFolder = ROOT / "estate",
) -> None:
    """画出一个站点各地址池的用量，或一个地址池在各站点的用量（· 空，▒ 部分，█ 满，○ 只有静置；含扩容预留）。"""
    estate, _ = _readable(estate_dir)
    pools = {pool.name: pool for pool in of_pools(estate)}
    if name in estate.sites:
        for row in of_site(estate, estate.sites[name]):
            _draw(row)
    elif name in pools:
        pool = pools[name]
        typer.echo(f"{pool.name} {pool.title}  {pool.v4}、{pool.v6}，{len(pool.places)} 处")
        for place in pool.places:
            _draw(place.usage, f"{place.slot:>2} 号槽 ")
    else:
        known = [*estate.sites, *pools]
        raise UsageError(f"没有站点或地址池 {name!r}", f"最接近的是：{nearest(name, known)}；可选：{'、'.join(known)}")


def _draw(row: Usage, before: str = "") -> None:
    """A use of address space: what it is, its map, its counts."""
    counts = "，".join(f"{held.label} {row.count(held)}" for held in Held)
    twins = f"{row.v6[0]}" + (f" 等 {len(row.v6)} 段" if len(row.v6) > 1 else "")
    typer.echo(f"{before}{row.label}  {'、'.join(map(str, row.v4))}  IPv6 {twins}")
    typer.echo(f"  {row.drawn}")
    typer.echo(f"  共 {row.size}，{counts}，占 {100 * row.share:.2f}%")


def _readable(estate_dir: Path) -> tuple[Estate, list[Finding]]:
    """The estate and what is wrong in it all the same; when shared files are unsound, their findings and exit 4."""
    reading = read_estate(estate_dir)
    if reading.estate is None:
        fail_if_any(reading.findings)
        raise UsageError(f"读不出 {estate_dir}", "先运行 govnet check")
    return reading.estate, list(reading.findings)
