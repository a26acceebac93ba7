"""`govnet preview`: what `govnet up` would change, judged by the policy pack."""

from __future__ import annotations

import os

from infra.cli.admission import admit, standing
from infra.cli.outcome import finish
from infra.cli.parallel import show
from infra.cli.targets import Targets, chosen
from infra.driver.up import preview_only
from infra.engine import ROOT
from infra.workspace import Workspace


def preview(targets: Targets = None) -> None:
    """预览各栈的变更，并用全部规则检查；什么都不改。

    环境变量 GOVNET_OFFLINE=1 时不需要云，按空云预览全部资源，规划中的站点也在内。退出码：0 通过；3 无法预览；4 被规则拒绝。
    """
    wanted = chosen(targets)
    stacks = admit(wanted, standing)
    workspace = Workspace.open(ROOT, os.environ)
    # A preview changes nothing, so no stack has to wait for another.
    results = show({stack: frozenset() for stack in stacks}, lambda stack, note: preview_only(workspace, stack, note))
    finish(results, "预览通过", refused=len(stacks) < len(wanted))
