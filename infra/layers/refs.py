"""Where ids come from that the cloud issues: other layers of the same site, and Keystone's roles.

Within a site ids come from the outputs of the other layers' stacks; across sites nothing does (architecture decision 4). An offline
preview has no cloud and perhaps no other stack: it uses placeholders, and refuses to be anything but a preview.
"""

from __future__ import annotations

from typing import Protocol

import pulumi
import pulumi_openstack as openstack

from infra import names
from infra.errors import UsageError


class Refs(Protocol):
    """The ids a layer needs but does not make."""

    def of(self, layer: str, resource_id: str) -> pulumi.Input[str]:
        """Id of a resource of another layer of this site."""
        ...

    def role(self, name: str) -> pulumi.Input[str]:
        """Id of a Keystone role."""
        ...


class StackRefs:
    """Ids from the stacks of the other layers and from Keystone. Kept as Outputs: never resolved here."""

    def __init__(self, site: str) -> None:
        self._site = site
        self._stacks: dict[str, pulumi.StackReference] = {}
        self._roles: dict[str, pulumi.Output[str]] = {}

    def of(self, layer: str, resource_id: str) -> pulumi.Output[str]:
        if layer not in self._stacks:
            self._stacks[layer] = pulumi.StackReference(names.qualified_stack(self._site, layer))
        output: pulumi.Output[str] = self._stacks[layer].require_output(resource_id)
        return output

    def role(self, name: str) -> pulumi.Output[str]:
        if name not in self._roles:
            self._roles[name] = openstack.identity.get_role_output(name=name).id
        return self._roles[name]


class OfflineRefs:
    """Placeholders, for a preview with no cloud. Raises `UsageError` in an update."""

    def __init__(self, *, dry_run: bool) -> None:
        if not dry_run:
            raise UsageError("离线方式只能预览，不能变更。", "去掉环境变量 GOVNET_OFFLINE 后再执行。")

    def of(self, layer: str, resource_id: str) -> str:
        return f"offline:{layer}:{resource_id}"

    def role(self, name: str) -> str:
        return f"offline:role:{name}"


def refs_for(site: str, *, offline: bool, dry_run: bool) -> Refs:
    """The references of a run of the program."""
    return OfflineRefs(dry_run=dry_run) if offline else StackRefs(site)
