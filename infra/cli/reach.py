"""`govnet reach`: who can reach whom on which port, and what decides it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from infra.blueprint.load import load
from infra.cli.findings import fail_if_any
from infra.engine import ROOT
from infra.errors import UsageError
from infra.model.base import port_range
from infra.reach.decide import Answer
from infra.reach.decide import reach as decide
from infra.reach.parties import Party, names, party
from infra.reading.words import nearest


def reach(
    source: Annotated[str, typer.Argument(metavar="来源", help="站点/区域、租户、地址")],
    target: Annotated[str, typer.Argument(metavar="目标", help="站点/区域、租户、地址或 internet")],
    ports: Annotated[str, typer.Argument(metavar="端口", help="例如 443/tcp")],
    estate_dir: Annotated[Path, typer.Option("--estate", help="estate 文件夹")] = ROOT / "estate",
) -> None:
    """谁能不能到谁：给出起决定作用的规则和经过的路由器，IPv4 与 IPv6 各答一次。只看推导，不发包。"""
    loaded = load(estate_dir)
    if loaded.blueprint is None:
        fail_if_any(loaded.findings)
        raise UsageError(f"读不出 {estate_dir}", "先运行 govnet check")
    try:
        protocol, low, high = port_range(ports)
    except ValueError as error:
        raise UsageError(f"端口写法不对：{ports}", "写成 443/tcp") from error
    if low != high:
        raise UsageError("一次只问一个端口", "写成 443/tcp")
    sides: list[Party] = []
    for name in (source, target):
        found = party(loaded.blueprint, name)
        if found is None:
            raise UsageError(f"没有 {name}", f"最接近的是：{nearest(name, names(loaded.blueprint))}")
        sides.append(found)
    for version in (4, 6):
        _show(decide(loaded.blueprint, sides[0], sides[1], protocol, low, 4 if version == 4 else 6))


def _show(answer: Answer) -> None:
    typer.echo(f"IPv{answer.version}：{'通' if answer.passes else '不通'}。{answer.reason}")
    if answer.passes:
        typer.echo(f"  {answer.sources} → {answer.targets}")
    for title, rule in (("出向", answer.egress), ("入向", answer.ingress)):
        if rule is not None:
            typer.echo(f"  {title}规则 {rule.id}（{rule.declared_by}）")
    for hop in answer.path:
        way = f" → {hop.destination} 经 {hop.next_hop}（{'、'.join(hop.flows)}）" if hop.next_hop else ""
        typer.echo(f"  路由器 {hop.router}{way}")
