"""`govnet up`: bring stacks to what the estate says."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from infra.cli.admission import admit, standing
from infra.cli.outcome import finish
from infra.cli.parallel import show
from infra.cli.targets import Targets, chosen
from infra.driver.up import bring_up
from infra.engine import ROOT
from infra.stacks import needs
from infra.workspace import Workspace


def up(
    targets: Targets = None,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="先与云核对每个资源：有人在云上删掉、改掉的，这次重新做好")
    ] = False,
) -> None:
    """按声明部署：先认领上次中断留下的资源，再预览、检查规则，只执行预览过的变更。

    各站点同时进行，站点内按 cloud、identity、network 的顺序，tenants 和 platform 在其后。重复执行没有变更。
    退出码：0 完成；3 有没做成的；4 被规则拒绝。
    """
    wanted = chosen(targets)
    stacks = admit(wanted, standing)
    workspace = Workspace.open(ROOT, os.environ)
    results = show(needs(stacks), lambda stack, note: bring_up(workspace, stack, note, refresh=refresh))
    finish(results, "所有栈都已符合声明", refused=len(stacks) < len(wanted))
