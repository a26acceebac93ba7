"""The committed table of resource types says what the SDK has, type by type and property by property."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from functools import cache

import pulumi
import pulumi_openstack
import pytest

from infra import names
from infra.gate import camel
from policies.conformance import conformance
from policies.expectations import tokens
from policies.resource_types import Guarded, Harmless, Refused, resource_types, treatment
from tests.real import blueprint

_TOKEN = re.compile(r"super\([^)]*\).__init__\(\s*'([^']+)'")


@cache
def sdk() -> dict[str, set[str]]:
    """Every resource type of the installed SDK with its input properties as the engine names them."""
    found = {}
    for info in pkgutil.walk_packages(pulumi_openstack.__path__, "pulumi_openstack."):
        module = importlib.import_module(info.name)
        for name, kind in inspect.getmembers(module, inspect.isclass):
            if kind.__module__ == info.name and issubclass(kind, pulumi.CustomResource):
                token = _TOKEN.search(inspect.getsource(kind))
                if token and ":" in token[1]:
                    found[token[1]] = _inputs(getattr(module, f"{name}Args"))
    return found


def _inputs(arguments: type) -> set[str]:
    properties = inspect.getmembers(arguments, lambda member: isinstance(member, property))
    return {getattr(member.fget, "_pulumi_name", name) for name, member in properties}


def test_every_type_of_the_sdk_is_in_the_table() -> None:
    """A new SDK version that can do more makes this fail until somebody has decided."""
    assert len(sdk()) == 114
    assert resource_types().keys() == sdk().keys()


@pytest.mark.parametrize("token", sorted(token for token, row in resource_types().items() if isinstance(row, Guarded)))
def test_all_properties_of_a_guarded_type_are_in_the_table(token: str) -> None:
    """What is not listed could be set without anybody having thought of it."""
    row = resource_types()[token]
    assert isinstance(row, Guarded)
    assert row.properties == sdk()[token]
    assert row.defaults.keys() <= row.properties


def test_everything_not_guarded_has_a_reason() -> None:
    """The reason is what the user reads."""
    for row in resource_types().values():
        if isinstance(row, Harmless | Refused):
            assert len(row.reason) > 10


def test_the_deprecated_aliases_are_refused() -> None:
    """The same thing under another name would pass every check by type."""
    aliases = [token for token in sdk() if token.startswith("openstack:index/")]
    assert len(aliases) == 7
    assert all(isinstance(resource_types()[token], Refused) for token in aliases)


@pytest.mark.parametrize("token", ["openstack:networking/unheard:Of", "random:index/randomId:RandomId", ""])
def test_a_type_that_nobody_listed_is_refused(token: str) -> None:
    """The default is no."""
    assert isinstance(treatment(token), Refused)


def test_every_type_that_the_blueprint_wants_is_guarded_and_no_other_is() -> None:
    """A guarded type that no layer makes would be a gap in the expectations or a line nobody needs."""
    wanted = {
        key.type
        for site in blueprint().sites
        for layer in names.LAYERS
        for key in conformance(blueprint(), site.id, layer, "cloud").expected
    }
    guarded = {token for token, row in resource_types().items() if isinstance(row, Guarded)}
    assert wanted == guarded
    assert guarded == {value for name, value in vars(tokens).items() if name.isupper()}


def test_what_conformance_wants_the_type_has() -> None:
    """A misspelled property would refuse everything, or nothing."""
    for site in blueprint().sites:
        for layer in names.LAYERS:
            for key, expected in conformance(blueprint(), site.id, layer, "cloud").expected.items():
                assert expected.inputs.keys() <= sdk()[key.type], key


def test_python_names_become_the_engines_names_by_one_rule() -> None:
    """The guard rail knows raw inputs by their Python names."""
    for info in pkgutil.walk_packages(pulumi_openstack.__path__, "pulumi_openstack."):
        for name, kind in inspect.getmembers(importlib.import_module(info.name), inspect.isclass):
            if name.endswith("Args") and kind.__module__.split(".")[1] in ("compute", "identity", "networking"):
                for python, member in inspect.getmembers(kind, lambda member: isinstance(member, property)):
                    assert camel(python) == getattr(member.fget, "_pulumi_name", python), (kind, python)
