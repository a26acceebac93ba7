"""`govnet picture`: the zone map of a site and the address plan, as SVG."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from infra.blueprint.load import load
from infra.blueprint.types import Blueprint
from infra.cli.findings import fail_if_any
from infra.engine import ROOT
from infra.errors import UsageError
from infra.files import write_whole
from infra.model.estate import Estate
from infra.reading.words import nearest
from infra.report.address_map import address_map
from infra.report.zone_map import zone_map


class Subject(StrEnum):
    """What can be drawn."""

    ZONES = "zones"
    ADDRESSES = "addresses"


def picture(
    subject: Annotated[Subject, typer.Argument(help="zones：一个站点的分区图；addresses：全省的地址规划图")],
    site: Annotated[str, typer.Argument(help="分区图的站点，例如 suqian", metavar="[站点]")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="写到这个文件；不写则输出到终端")] = None,
    estate_dir: Annotated[Path, typer.Option("--estate", help="estate 文件夹")] = ROOT / "estate",
) -> None:
    """由声明画图（SVG）：一个站点的分区、租户、许可的流向和出口，或全部地址池的规划与用量。"""
    loaded = load(estate_dir)
    fail_if_any(loaded.findings)
    if loaded.estate is None or loaded.blueprint is None:
        raise AssertionError("an estate without findings has a blueprint")
    drawn = _drawn(subject, site, loaded.estate, loaded.blueprint)
    if out is None:
        typer.echo(drawn, nl=False)
        return
    try:
        write_whole(out, drawn)
    except OSError as error:
        raise UsageError(f"写不了 {out}：{error.strerror}", "用 --out 换一个能写的地方") from error
    typer.echo(f"已画 {out}")


def _drawn(subject: Subject, site: str, estate: Estate, blueprint: Blueprint) -> str:
    known = [row.id for row in blueprint.sites]
    if subject is Subject.ADDRESSES:
        if site:
            raise UsageError(
                "地址规划图画的是全省", "govnet picture addresses；一个站点的用量用 govnet addresses show 站点"
            )
        return address_map(estate)
    if site not in known:
        raise UsageError(
            f"没有站点 {site!r}" if site else "没有写站点",
            f"最接近的是：{nearest(site, known)}；可选：{'、'.join(known)}",
        )
    return zone_map(blueprint, site)
