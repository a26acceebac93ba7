"""Writing adopted resources into a deployment, as if the run that created them had lived to do it.

An import by the engine cannot do it: it takes the inputs from what it reads, and inputs that no API gives back (`deleteDefaultRules`,
a password) would then differ from the program and replace the resource. So the entry has the planned inputs, and the engine reads
the rest by a refresh of exactly these resources (docs/adr/0040-adoption.md).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from infra.driver.plan import Planned, planned

Deployment = dict[str, Any]


def adopt(deployment: Deployment, creates: Mapping[str, Planned], ids: Mapping[str, str]) -> Deployment:
    """The deployment with the resources of `ids` (URN → cloud id), and with the provider and parents that they stand on.

    `creates` are all creates of the plan that `ids` come from. Raises `KeyError` when a resource stands on something that is
    neither in the deployment nor planned: then plan and deployment do not belong together.
    """
    resources: list[dict[str, Any]] = list(deployment.get("resources") or [])
    present = {resource["urn"]: resource for resource in resources}

    def add(urn: str) -> None:
        if urn in present:
            return
        create = creates[urn]
        provider = create.provider.rpartition("::")[0]
        for needed in (create.parent, provider, *create.dependencies):
            if needed and not _is_read(needed):
                add(needed)
        entry = _entry(create, ids.get(urn, ""), present)
        present[urn] = entry
        resources.append(entry)

    for urn in ids:
        add(urn)
    return {**deployment, "resources": resources}


def _is_read(urn: str) -> bool:
    """A reference to another stack is read anew by every run: no plan creates it, and the next run writes it into the state again."""
    return "::pulumi:pulumi:StackReference::" in urn


def _entry(create: Planned, cloud_id: str, present: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The entry of one resource. It depends on nothing that the deployment lacks: the engine would call that a broken state."""
    provider = present.get(create.provider.rpartition("::")[0])
    entry: dict[str, Any] = {"urn": create.urn, "custom": create.custom, "type": create.type}
    if create.custom:
        # A provider is no cloud's resource: its id is the engine's own, and any new one will do.
        entry["id"] = cloud_id or str(uuid.uuid4())
        entry["inputs"] = dict(create.inputs)
        entry["outputs"] = dict(create.inputs) | {"id": entry["id"]} if cloud_id else dict(create.inputs)
    if create.parent:
        entry["parent"] = create.parent
    if provider:
        entry["provider"] = f"{provider['urn']}::{provider['id']}"
    if create.protect:
        entry["protect"] = True
    if standing := [urn for urn in create.dependencies if urn in present]:
        entry["dependencies"] = standing
    by_property = {key: [urn for urn in urns if urn in present] for key, urns in create.property_dependencies.items()}
    if any(by_property.values()):
        entry["propertyDependencies"] = {key: urns for key, urns in by_property.items() if urns}
    return entry


def pending(deployment: Deployment) -> dict[str, str]:
    """URN → kind of operation (`creating`, `updating`, `deleting`, `reading`) for everything a killed run was in the middle of."""
    return {operation["resource"]["urn"]: operation["type"] for operation in deployment.get("pending_operations") or []}


def begun(deployment: Deployment) -> dict[str, Planned]:
    """URN → resource for every creation that a killed run had begun."""
    operations = deployment.get("pending_operations") or []
    resources = [operation["resource"] for operation in operations if operation["type"] == "creating"]
    return {resource["urn"]: planned(resource["urn"], resource, resource.get("inputs")) for resource in resources}
