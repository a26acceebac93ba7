"""What a killed run leaves: operations it was in the middle of, resources that its state does not know, and duplicates.

A killed run is known by the pending operations in the state: the engine writes them, inputs and all, before it asks the cloud for
anything. What exists in the cloud although no state ever heard of it (a state was lost) is found by what a preview would create.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from infra import stackfiles
from infra.driver import adoption, plan
from infra.driver.adoption import Deployment
from infra.driver.leftovers import MADE_TWICE, Leftovers
from infra.driver.plan import Planned
from infra.driver.run import run
from infra.errors import EngineError
from infra.stacks import Stack
from infra.workspace import Workspace

Tell = Callable[[str], None]
"""Takes what is being done now, in a few words; called often."""

SETTLING = 3.0
"""Seconds that a request of a killed run may still be at work in the cloud's API."""

_GROUP = "openstack:networking/secGroup:SecGroup"


def settle(workspace: Workspace, stack: Stack, deployment: Deployment, tell: Tell) -> int:
    """Learn what became of the pending operations of a killed run, and clear them; says how many resources were adopted.

    Creations are looked for in the cloud, updates and deletions are read again. Raises `CloudError`, `EngineError`.
    """
    pending = adoption.pending(deployment)
    if not pending:
        return 0
    tell(f"上次中断时有 {len(pending)} 个操作没有做完，先核对")
    begun = adoption.begun(deployment)
    cloud = _cloud(workspace, stack)
    found = _find(cloud, begun)
    if len(found) < len(begun):
        tell("等待云处理完上次的请求")
        time.sleep(SETTLING)
        cloud = _cloud(workspace, stack)
        found = _find(cloud, begun)
    _take_over(workspace, stack, cloud, deployment, begun, found, tell)
    # What was only being read is read again by every run.
    changed = [urn for urn, operation in pending.items() if operation not in ("creating", "reading")]
    refresh(workspace, stack, changed, tell)
    _remove_duplicates(_cloud(workspace, stack), workspace.state(str(stack)) or {}, tell)
    return len(found)


def adopt(workspace: Workspace, stack: Stack, saved_plan: Path, tell: Tell) -> int:
    """Adopt what the plan would create but the cloud already has; says how many resources. After some, preview again."""
    creates = plan.creates(json.loads(saved_plan.read_text(encoding="utf-8")))
    wanted = {urn: planned for urn, planned in creates.items() if planned.custom and planned.known}
    cloud = _cloud(workspace, stack)
    found = _find(cloud, wanted)
    if found:
        deployment = workspace.state(str(stack))
        if deployment is None:
            raise EngineError(f"栈 {stack} 不见了：它刚才还在。", "请确认没有别人同时在操作，再执行一次。")
        _take_over(workspace, stack, cloud, deployment, creates, found, tell)
    return len(found)


def refresh(workspace: Workspace, stack: Stack, urns: Collection[str], tell: Tell) -> None:
    """Read resources again from the cloud; what is gone there leaves the state."""
    if urns:
        targets = [argument for urn in urns for argument in ("--target", urn)]
        run(workspace, str(stack), "refresh", "--yes", "--skip-preview", *targets, notice=lambda _: tell("从云上读回"))


def _find(cloud: Leftovers, wanted: Mapping[str, Planned]) -> dict[str, list[str]]:
    found = {urn: cloud.find(planned.type, planned.inputs) for urn, planned in wanted.items()}
    return {urn: ids for urn, ids in found.items() if ids}


def _take_over(
    workspace: Workspace,
    stack: Stack,
    cloud: Leftovers,
    deployment: Deployment,
    creates: Mapping[str, Planned],
    found: Mapping[str, list[str]],
    tell: Tell,
) -> None:
    """Write what was found into the state, one of each, and finish what its creation had left undone."""
    if found:
        tell(f"认领上次中断留下的 {len(found)} 个资源")
    for urn, (cloud_id, *duplicates) in found.items():
        for duplicate in duplicates:
            cloud.remove(creates[urn].type, duplicate)
        if creates[urn].type == _GROUP:
            cloud.remove_default_rules(cloud_id)
    ids = {urn: cloud_id for urn, (cloud_id, *_) in found.items()}
    workspace.restore(str(stack), adoption.adopt(deployment, creates, ids))
    refresh(workspace, stack, list(ids), tell)


def _remove_duplicates(cloud: Leftovers, deployment: Deployment, tell: Tell) -> None:
    """Remove what has the name of a resource in the state, in the same place, without being it."""
    removable = list(MADE_TWICE)
    resources = [resource for resource in deployment.get("resources") or [] if resource["type"] in removable]
    for resource in sorted(resources, key=lambda resource: removable.index(resource["type"])):
        for cloud_id in cloud.find(resource["type"], resource["inputs"]):
            if cloud_id != resource["id"]:
                tell(f"删除重复的 {resource['inputs'].get('name', '')}")
                cloud.remove(resource["type"], cloud_id)


def _cloud(workspace: Workspace, stack: Stack) -> Leftovers:
    return Leftovers(workspace.clouds, stackfiles.stack_cloud(workspace.root, stack.site, stack.layer))
