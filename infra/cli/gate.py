"""`govnet gate`: what the gate would say of a state that exists already, without any cloud."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from infra import stackfiles
from infra.blueprint.load import load
from infra.blueprint.types import Blueprint
from infra.cli.day import Day, chosen
from infra.cli.findings import close, show
from infra.engine import ROOT
from infra.errors import Exit, UsageError
from policies.conformance import Conformance, conformance
from policies.evaluate import blocking, judge
from policies.state import State, judge_states, read_state


def gate(
    files: Annotated[list[Path], typer.Option("--state", help="pulumi stack export 的输出；同一站点的几层可以一起给")],
    estate_dir: Annotated[Path, typer.Option("--estate", help="estate 文件夹")] = ROOT / "estate",
    today: Day = None,
) -> None:
    """不连云，判定导出的状态：是否与蓝图逐项一致，声明是否合规。先 pulumi refresh 再导出，判的就是云上的实际。

    退出码：0 一致且合规；2 给的不是状态；3 有没能核对的；4 不一致或违反规则。
    """
    day = chosen(today)
    states = [_read(file) for file in files]
    loaded = load(estate_dir)
    judged = judge(loaded, day)
    against = {finding for state in states for finding in blocking(judged.findings, _site(state), day)}
    show(against)
    codes = {Exit.VIOLATIONS} if against else {Exit.OK}
    codes |= _judge(states, loaded.blueprint, estate_dir)
    close(judged, day)
    if code := max(codes):
        raise typer.Exit(code)
    typer.echo(f"{len(states)} 份状态与蓝图一致。")


def _judge(states: Sequence[State], blueprint: Blueprint | None, estate_dir: Path) -> set[Exit]:
    """Hold the states against the blueprint, saying all that is wrong and what was looked at."""
    known = [(state, wanted) for state in states if (wanted := _wanted(state, blueprint, estate_dir))]
    codes = {Exit.VIOLATIONS} if len(known) < len(states) else set()
    for found in judge_states(known):
        for line in found.violations:
            typer.echo(f"  [{found.stack} 不符] {line}")
        for line in found.unchecked:
            typer.echo(f"  [{found.stack} 没能核对] {line}")
        typer.echo(f"{found.stack}：蓝图要求 {found.expected} 项，逐项核对 {found.judged} 项")
        codes |= {Exit.VIOLATIONS} if found.violations else set()
        codes |= {Exit.UNCHECKED} if found.unchecked else set()
    return codes


def _wanted(state: State, blueprint: Blueprint | None, estate_dir: Path) -> Conformance | None:
    """What a state's stack must be; when that cannot be told, it is said, and fails."""
    site, _, layer = state.stack.partition(".")
    try:
        if blueprint is not None:
            return conformance(blueprint, site, layer, stackfiles.stack_cloud(ROOT, site, layer))
    except KeyError:
        pass
    typer.echo(f"  [{state.stack} 不符] {estate_dir} 推导出的蓝图里没有这个栈：estate 不对，或状态不对")
    return None


def _site(state: State) -> str:
    return state.stack.partition(".")[0]


def _read(file: Path) -> State:
    """A state out of a file. Raises `UsageError` for anything else."""
    remedy = f"用 pulumi stack export --stack 站点.层 --file {file} 导出"
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        return read_state(content["deployment"])
    except OSError as problem:
        raise UsageError(f"{file} 读不出来：{problem.strerror}", remedy) from problem
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise UsageError(f"{file} 不是一个栈的导出状态，或者里面什么资源也没有", remedy) from problem
