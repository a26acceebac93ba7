"""`govnet down`: take stacks down again."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from infra.cli.outcome import finish
from infra.cli.parallel import show
from infra.cli.targets import Targets, chosen, deployed
from infra.driver.down import take_down
from infra.engine import ROOT
from infra.errors import UsageError
from infra.stacks import Stack, left_standing, needs, reverse
from infra.workspace import Workspace


def down(
    targets: Targets = None,
    yes: Annotated[bool, typer.Option("--yes", help="不再询问")] = False,
) -> None:
    """拆除各栈：云上属于它们的一切都会删除。拆 cloud 层会删除站点的域和全部项目。

    还有别的栈建在上面的，不拆。退出码：0 完成；2 有栈还建在上面；3 有没做成的。
    """
    stacks = chosen(targets)
    workspace = Workspace.open(ROOT, os.environ)
    refuse_below_others(workspace, stacks)
    names = "、".join(str(stack) for stack in stacks)
    if not yes:
        if not sys.stdin.isatty():
            raise UsageError("拆除需要确认，但这里没有终端可问。", "确实要拆除，请加 --yes。")
        typer.confirm(f"将拆除 {names}，云上的资源会被删除。继续吗？", abort=True)
    results = show(reverse(needs(stacks)), lambda stack, note: take_down(workspace, stack, note))
    finish(results, "已拆除", refused=False)


def refuse_below_others(workspace: Workspace, stacks: Sequence[Stack]) -> None:
    """Raises `UsageError` when stacks that stay have something on the ones to go: the cloud would refuse half of it, after the other half."""
    above = [stack for stack in left_standing(stacks, deployed()) if workspace.holds(str(stack))]
    if above:
        together = " ".join(str(stack) for stack in (*stacks, *above))
        raise UsageError(
            f"{'、'.join(str(stack) for stack in above)} 还建在要拆的栈上面；什么也没有拆。",
            f"一起拆除：govnet down {together}",
        )
