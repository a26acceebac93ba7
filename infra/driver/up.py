"""Bringing one stack to what the estate says: settle what earlier runs left, preview, apply exactly what was previewed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.driver import orphans, stillborn
from infra.driver.events import Watch
from infra.driver.orphans import Tell
from infra.driver.run import run
from infra.stacks import Stack
from infra.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Done:
    """How a stack went. `changes`: operation → number of resources, empty when nothing had to change."""

    changes: Mapping[str, int]
    adopted: int = 0

    @property
    def words(self) -> str:
        """What was done, in a few words."""
        done = [f"{_OPERATIONS.get(operation, operation)} {number}" for operation, number in self.changes.items()]
        return "，".join([*([f"认领 {self.adopted}"] if self.adopted else []), *(done or ["无变更"])])


_OPERATIONS = {"create": "新建", "update": "修改", "delete": "删除", "replace": "替换"}


def bring_up(workspace: Workspace, stack: Stack, tell: Tell, *, refresh: bool) -> Done:
    """Do it. Raises `EngineError`, `CloudError`; whatever that leaves half done, doing it again continues.

    `refresh`: first read every resource from the cloud, so that what somebody changed or deleted there is made good.
    """
    name = str(stack)
    tell("准备")
    workspace.prepare(name)
    if workspace.drop_dead_lock(name):
        tell("清除上次中断留下的锁")
    adopted = orphans.settle(workspace, stack, workspace.state(name) or {}, tell)
    if refresh:
        run(workspace, name, "refresh", "--yes", "--skip-preview", notice=lambda watch: tell(f"与云核对 {watch.seen}"))
    saved = workspace.folder / "plans" / f"{name}.json"
    stillborn.remove(workspace, stack, tell)
    watch = preview(workspace, stack, tell, save=saved)
    # A round makes ids known by which the next resources can be looked for. It ends: what was found is created no more.
    while watch.changes.get("create") and (found := orphans.adopt(workspace, stack, saved, tell)):
        adopted += found
        stillborn.remove(workspace, stack, tell)
        watch = preview(workspace, stack, tell, save=saved)
    if total := sum(watch.changes.values()):
        run(
            workspace,
            name,
            "up",
            "--yes",
            "--skip-preview",
            "--plan",
            str(saved),
            notice=lambda applied: tell(f"变更 {applied.done}/{total}  {applied.current}"),
        )
    return Done(watch.changes, adopted)


def preview_only(workspace: Workspace, stack: Stack, tell: Tell) -> Done:
    """What `bring_up` would change. Raises `EngineError`, `Refused`."""
    workspace.prepare(str(stack))
    return Done(preview(workspace, stack, tell, save=None).changes)


def preview(workspace: Workspace, stack: Stack, tell: Tell, *, save: Path | None) -> Watch:
    """What would change, judged by the policy pack. Raises `Refused` when it must not."""
    saving = []
    if save:
        save.parent.mkdir(parents=True, exist_ok=True)
        saving = ["--save-plan", str(save)]
    return run(
        workspace,
        str(stack),
        "preview",
        "--policy-pack",
        str(workspace.pack),
        *saving,
        notice=lambda watch: tell(f"预览 {watch.seen}"),
    )
