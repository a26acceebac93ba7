"""What a layer declares, by running it against mocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi.runtime import MockCallArgs, MockResourceArgs, Mocks, set_mocks

from infra.blueprint.types import SitePlan
from infra.layers import cloud, identity, network, platform, tenants

LAYERS = {"cloud": cloud, "identity": identity, "network": network, "tenants": tenants, "platform": platform}


class FixedRefs:
    """Ids of other layers, as recognisable words."""

    def of(self, layer: str, resource_id: str) -> str:
        return f"{layer}/{resource_id}"

    def role(self, name: str) -> str:
        return f"role/{name}"


@dataclass(frozen=True)
class Resource:
    type: str
    name: str
    inputs: dict[str, Any]


class _Recorder(Mocks):
    def __init__(self) -> None:
        self.made: list[Resource] = []

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        self.made.append(Resource(args.typ, args.name, args.inputs))
        return f"id/{args.name}", args.inputs

    def call(self, args: MockCallArgs) -> Any:
        raise AssertionError(f"a layer asks the cloud for {args.token}")


def declare(site: SitePlan, layer: str) -> list[Resource]:
    """Every resource of a layer, components left out. Ids are `id/<logical name>`, secrets are opened."""
    recorder = _Recorder()
    set_mocks(recorder, project="govnet", stack=f"{site.id}.{layer}", preview=False)
    run = pulumi.runtime.test(lambda: LAYERS[layer].declare(site, FixedRefs()))  # type: ignore[no-untyped-call]  # the SDK's
    run()
    return [resource for resource in recorder.made if not resource.type.startswith(("govnet:", "pulumi:"))]
