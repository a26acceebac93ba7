"""The plugin that we compose has the resource types and property names of the Python SDK; a different name would be dropped silently."""

from __future__ import annotations

import importlib
import json
import pkgutil
import subprocess
from collections.abc import Iterator
from functools import cache

import pulumi
import pulumi_openstack
import pytest
from pulumi._types import resource_types

from infra.engine import TOOLS, Engine

RENAMED = {"openstack:orchestration/stackV1:StackV1": {"StackOutputs": "outputs"}}
"""Where the vendor's plugin renames a property by hand and ours does not. Heat is not used here, and the policy pack refuses it."""

DEPRECATED = "openstack:index/"
"""Aliases of the SDK for types that have moved into modules of their own; the project refuses them."""


@cache
def _sdk_types() -> dict[str, type[pulumi.CustomResource]]:
    """Token → class, for every resource class of the SDK but the provider itself."""
    return {token: cls for token, cls in _classes() if not token.startswith((DEPRECATED, "pulumi:providers:"))}


def _classes() -> Iterator[tuple[str, type[pulumi.CustomResource]]]:
    for module in pkgutil.walk_packages(pulumi_openstack.__path__, "pulumi_openstack."):
        for thing in vars(importlib.import_module(module.name)).values():
            if isinstance(thing, type) and issubclass(thing, pulumi.CustomResource) and "pulumi_type" in vars(thing):
                yield vars(thing)["pulumi_type"], thing


def test_the_token_table_has_exactly_the_resource_types_of_the_sdk() -> None:
    """A type that the table lacks could not be created at all."""
    rows = [
        line.split("\t")
        for line in (TOOLS / "openstack-provider" / "tokens.tsv").read_text(encoding="utf-8").splitlines()
    ]
    table = {pulumi_token for kind, _, pulumi_token in rows if kind == "resource"}
    assert table - {token for token in table if token.startswith(DEPRECATED)} == set(_sdk_types())
    assert len(table) > 100


@pytest.fixture(scope="module")
def property_names(built: Engine) -> dict[str, set[str]]:
    plugin = next(built.plugins.glob("*/pulumi-resource-openstack"))
    said = subprocess.run([plugin, "--property-names"], capture_output=True, check=True)
    return {token: set(names) for token, names in json.loads(said.stdout).items()}


@pytest.mark.parametrize("token", sorted(_sdk_types()))
def test_a_type_has_the_property_names_of_the_sdk(token: str, property_names: dict[str, set[str]]) -> None:
    """Every property that the SDK sends or expects is one that the plugin knows, and the other way round."""
    renamed = RENAMED.get(token, {})
    assert {renamed.get(name, name) for name in resource_types(_sdk_types()[token])} == property_names[token]
