"""Conformance against what the layers declare: two statements of the same blueprint, written without looking at each other, agree."""

from __future__ import annotations

import pytest
from pulumi_policy.deserialize import deserialize_properties

from infra import names
from infra.layers import cloud, identity, secret
from policies.conformance import conformance
from policies.expectations.tokens import PROJECT
from policies.expected import Ext, Key, Ref, Reference, Role
from tests.layers.declared import declare
from tests.real import blueprint


@pytest.fixture(autouse=True)
def _passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """No clouds.yaml is needed to see what would be declared."""
    for layer in (cloud, identity):
        monkeypatch.setattr(layer, "password_of", lambda site, layer: f"password of {site}.{layer}")
    monkeypatch.setattr(secret, "operator_key", lambda site: f"key of {site}")
    monkeypatch.setattr(secret, "birth_data", lambda site, machine: f"birth of {machine}")


def issued(reference: Reference) -> str:
    """Ids as the mocks issue them."""
    match reference:
        case Ref(key):
            return f"id/{key.name}"
        case Ext(layer, name):
            return f"{layer}/{name}"
        case Role(name):
            return f"role/{name}"


@pytest.mark.parametrize("layer", names.LAYERS)
@pytest.mark.parametrize("site", ["province", "suqian"])
def test_what_a_layer_declares_is_what_conformance_expects(site: str, layer: str) -> None:
    """Every resource with every input; none is missing, and none is beside."""
    wanted = conformance(blueprint(), site, layer, f"{site}-{layer}")
    made = declare(blueprint().site(site), layer)
    assert made, f"{site}.{layer} declares nothing"
    keys = [Key(resource.type, resource.name) for resource in made]
    assert wanted.stack(keys) == []
    assert [
        line
        for key, resource in zip(keys, made, strict=True)
        for line in wanted.resource(key, deserialize_properties(resource.inputs), issued)
    ] == []


def test_what_holds_a_tenants_work_is_protected() -> None:
    """The domain and every project: an update that would delete one of them fails."""
    wanted = conformance(blueprint(), "suqian", "cloud", "suqian-admin")
    projects = {key for key in wanted.expected if key.type == PROJECT}
    assert len(projects) > 1
    assert {key for key, item in wanted.expected.items() if item.protect} == projects
    assert [line for key in projects for line in wanted.protection(key, protect=True)] == []
    assert len([line for key in projects for line in wanted.protection(key, protect=False)]) == len(projects)
