"""Taking one stack down."""

from __future__ import annotations

from infra.driver import orphans
from infra.driver.orphans import Tell
from infra.driver.run import run
from infra.driver.up import Done
from infra.stacks import Stack
from infra.workspace import Workspace


def take_down(workspace: Workspace, stack: Stack, tell: Tell) -> Done:
    """Delete everything the stack has made; whatever is left half done, doing it again continues.

    What a killed run had begun to create is adopted first, or it would stay for ever. Raises `EngineError`, `CloudError`.
    """
    name = str(stack)
    tell("准备")
    workspace.prepare(name)
    workspace.drop_dead_lock(name)
    adopted = orphans.settle(workspace, stack, workspace.state(name) or {}, tell)
    gone = run(
        workspace,
        name,
        "destroy",
        "--yes",
        "--skip-preview",
        "--ignore-protect",
        notice=lambda watch: tell(f"删除 {watch.done}"),
    )
    return Done(gone.changes, adopted)
