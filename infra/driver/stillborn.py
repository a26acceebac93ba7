"""Machines whose creation the cloud did not finish: it is waited for, and those that ended in ERROR go, so that they are made again.

The engine keeps such a machine in its state and sees nothing to change in it at its next run. One that never ran holds nothing of
anybody's. One that did run and failed later may hold data, and is left to people: `govnet verify` tells of it.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from infra import stackfiles
from infra.driver import orphans
from infra.driver.orphans import Tell
from infra.errors import CloudError
from infra.facts.cloud import Raw
from infra.stacks import Stack
from infra.workspace import Workspace

if TYPE_CHECKING:
    from infra.observing.api import Api

MACHINE = "openstack:compute/instance:Instance"
PATIENCE = 300.0
"""Seconds that the cloud may take to finish what a killed run had asked for, and to remove a machine."""


def remove(workspace: Workspace, stack: Stack, tell: Tell) -> None:
    """Remove the stack's stillborn machines from cloud and state. Raises `CloudError`, `EngineError`."""
    machines = machines_of(workspace.state(str(stack)) or {})
    if not machines:
        return
    from infra.observing.api import Api  # heavy: a second of imports that only stacks with machines need

    api = Api(workspace.clouds, stackfiles.stack_cloud(workspace.root, stack.site, stack.layer))
    if dead := remove_from_cloud(api, set(machines.values()), tell):
        orphans.refresh(workspace, stack, [urn for urn, machine in machines.items() if machine in dead], tell)


def remove_from_cloud(api: Api, machines: Collection[str], tell: Tell, *, pause: float = 1.0) -> set[str]:
    """Wait until none of these machines is being made, then delete the stillborn ones; their ids."""
    deadline = time.monotonic() + PATIENCE

    def wait() -> None:
        if time.monotonic() > deadline:
            raise CloudError(
                f"云在 {PATIENCE:.0f} 秒内没有建完或删完主机。", "请查看 Nova 的日志（govnet lab logs nova）。"
            )
        time.sleep(pause)

    while unfinished(servers := _servers(api), machines):
        tell("等待云建完上次的主机")
        wait()
    dead = stillborn(servers) & set(machines)
    for machine in dead:
        tell(f"删除没有建成的 {len(dead)} 台主机")
        api.delete("compute", f"/servers/{machine}")
    while dead & {server["id"] for server in _servers(api)}:
        wait()
    return dead


def machines_of(deployment: Mapping[str, Any]) -> dict[str, str]:
    """URN → the cloud's id of every machine in a state."""
    return {row["urn"]: row["id"] for row in deployment.get("resources") or [] if row["type"] == MACHINE}


def unfinished(servers: Iterable[Raw], machines: Collection[str]) -> bool:
    """Whether the cloud is still making one of these machines."""
    return any(server["status"] == "BUILD" and server["id"] in machines for server in servers)


def stillborn(servers: Iterable[Raw]) -> set[str]:
    """Ids of the servers that are in ERROR and have never run."""
    return {row["id"] for row in servers if row["status"] == "ERROR" and row["OS-SRV-USG:launched_at"] is None}


def _servers(api: Api) -> Sequence[Raw]:
    return api.list("compute", "/servers/detail", "servers")
