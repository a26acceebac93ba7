"""Runs an attack program without an engine: mocks answer the SDK, and keep what it registers as the engine would show it to a pack.

It takes a second where the engine takes ten, so that every attack can be held against many faulty judges (faults.py). It shows nothing
about the engine; that is what tests/proofs/prove_attacks.py is for. Only a preview with no cloud can be run so, and only the SDK's half of
the guard rail stands in it: what sees a resource at its construction, and what is exported, but no hooks.
"""

from __future__ import annotations

import asyncio
import os
import runpy
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pulumi
from google.protobuf import empty_pb2  # type: ignore[import-untyped]  # protobuf has no types
from pulumi.runtime import Mocks, set_mocks
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.proto import analyzer_pb2, resource_pb2
from pulumi.runtime.stack import Stack, run_pulumi_func

from infra import names
from infra.layers import cloud, identity, secret
from infra.workspace import OFFLINE
from tests.attacks.harness import HERE, Attack

PROGRAM = HERE / "program"


@dataclass
class Staged:
    """What a program has registered: one question a resource, and one about the whole stack. `refused`: why the program ended."""

    resources: list[bytes] = field(default_factory=list)
    stack: bytes = b""
    refused: str = ""


class _Monitor(MockMonitor):
    """Answers like an engine that previews an empty stack: nothing has an id yet."""

    def __init__(self, stack: str) -> None:
        super().__init__(_NoMocks())
        self._stack = stack
        self.rows: list[Any] = []
        self.exports: Any = None
        self._lock = threading.Lock()

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """As the engine makes it; the SDK's own mocks ask for the stack in a thread that does not know it."""
        types = f"{parent.split('::')[2]}${type_}" if parent else type_
        return f"urn:pulumi:{self._stack}::{names.PROJECT}::{types}::{name}"

    def RegisterResource(self, request: Any) -> Any:
        urn = self.make_urn(request.parent, request.type, request.name)
        with self._lock:
            self.rows.append((urn, request))
        return resource_pb2.RegisterResourceResponse(urn=urn, id="", object=request.object)

    def ReadResource(self, request: Any) -> Any:
        urn = self.make_urn(request.parent, request.type, request.name)
        return resource_pb2.ReadResourceResponse(urn=urn, properties=request.properties)

    def RegisterResourceOutputs(self, request: Any) -> Any:
        if "pulumi:pulumi:Stack::" in request.urn:
            self.exports = request.outputs
        return empty_pb2.Empty()

    def RegisterStackTransform(self, callback: Any) -> Any:
        return empty_pb2.Empty()

    def RegisterResourceHook(self, request: Any) -> Any:
        return empty_pb2.Empty()


class _NoMocks(Mocks):
    def new_resource(self, args: Any) -> Any:
        raise AssertionError("the monitor answers itself")

    def call(self, args: Any) -> Any:
        raise AssertionError(f"an offline preview asks the cloud for {args.token}")


def staged(attack: Attack, *, guarded: bool) -> Staged:
    """Run a program to its end, in this process, which is good for nothing else afterwards (`forked` gives it one of its own)."""
    os.environ |= {"GOVNET_ATTACK": str(attack.path), OFFLINE: "1"}
    os.environ.pop("GOVNET_UNGUARDED", None)
    if not guarded:
        os.environ["GOVNET_UNGUARDED"] = "1"
    sys.path.insert(0, str(PROGRAM))
    for module in (cloud, identity):
        setattr(module, "password_of", lambda site, layer: f"password of {site}.{layer}")  # noqa: B010  no clouds.yaml here
    setattr(secret, "operator_key", lambda site: f"key of {site}")  # noqa: B010  as above
    monitor = _Monitor(attack.stack)
    asyncio.set_event_loop(loop := asyncio.new_event_loop())
    set_mocks(monitor.mocks, names.PROJECT, attack.stack, preview=True, monitor=monitor, organization="organization")
    root = pulumi.runtime.get_root_resource()
    assert isinstance(root, Stack)
    found = Staged()
    try:
        loop.run_until_complete(run_pulumi_func(lambda: _program(root)))
    except pulumi.RunError as refusal:
        found.refused = str(refusal)
    except SystemExit:
        pass
    found.resources = [_question(urn, request).SerializeToString() for urn, request in monitor.rows]
    found.stack = _whole(monitor.rows, monitor.exports).SerializeToString()
    return found


def _program(root: Stack) -> None:
    root.outputs = {}
    runpy.run_path(str(PROGRAM / "__main__.py"), run_name="attacked")
    pulumi.ComponentResource.register_outputs(root, root.outputs)


def _options(request: Any) -> Any:
    return analyzer_pb2.AnalyzerResourceOptions(
        protect=request.protect,
        ignoreChanges=request.ignoreChanges,
        deleteBeforeReplace=request.deleteBeforeReplace,
        deleteBeforeReplaceDefined=request.deleteBeforeReplaceDefined,
        additionalSecretOutputs=request.additionalSecretOutputs,
    )


def _question(urn: str, request: Any) -> Any:
    return analyzer_pb2.AnalyzeRequest(
        type=request.type, properties=request.object, urn=urn, name=request.name, options=_options(request)
    )


def _whole(rows: Iterable[tuple[str, Any]], exports: Any) -> Any:
    return analyzer_pb2.AnalyzeStackRequest(
        resources=[
            analyzer_pb2.AnalyzerResource(
                type=request.type,
                properties=exports if request.type == "pulumi:pulumi:Stack" else request.object,
                urn=urn,
                name=request.name,
                options=_options(request),
                parent=request.parent,
                dependencies=request.dependencies,
                propertyDependencies={
                    name: analyzer_pb2.AnalyzerPropertyDependencies(urns=on.urns)
                    for name, on in request.propertyDependencies.items()
                },
            )
            for urn, request in rows
        ]
    )
