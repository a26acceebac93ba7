"""Resources that a killed run left are written into the state as if it had lived to do it."""

from __future__ import annotations

import pytest

from infra.driver.adoption import adopt, begun, pending
from infra.driver.plan import UNKNOWN, creates

PREFIX = "urn:pulumi:suqian.network::govnet::"
STACK = f"{PREFIX}pulumi:pulumi:Stack::govnet-suqian.network"
PROVIDER = f"{PREFIX}pulumi:providers:openstack::default_5_5_1"
ZONE = f"{PREFIX}govnet:network:Zone::ops_mgmt"
NETWORK = f"{PREFIX}govnet:network:Zone$openstack:networking/network:Network::ops_mgmt-net"
SUBNET = f"{PREFIX}govnet:network:Zone$openstack:networking/subnet:Subnet::ops_mgmt-subnet4"


def goal(type_: str, inputs: dict[str, object], **more: object) -> dict[str, object]:
    return {"goal": {"type": type_, "custom": True, "inputDiff": {"adds": inputs}, **more}, "steps": ["create"]}


PLAN = {
    "resourcePlans": {
        NETWORK: goal(
            "openstack:networking/network:Network",
            {"name": "suqian-ops_mgmt-net"},
            parent=ZONE,
            provider=f"{PROVIDER}::{UNKNOWN}",
        ),
        SUBNET: goal(
            "openstack:networking/subnet:Subnet",
            {"name": "suqian-ops_mgmt-subnet4", "networkId": UNKNOWN},
            parent=ZONE,
            provider=f"{PROVIDER}::{UNKNOWN}",
            dependencies=[NETWORK],
            propertyDependencies={"name": [], "networkId": [NETWORK]},
        ),
        PROVIDER: goal("pulumi:providers:openstack", {"cloud": "suqian-operator"}, parent=STACK),
        STACK: goal("pulumi:pulumi:Stack", {}, custom=False),
        ZONE: goal("govnet:network:Zone", {}, custom=False, parent=STACK),
        f"{PREFIX}unchanged": {"goal": {"type": "x"}, "steps": ["same"]},
    }
}


def test_only_creations_with_known_inputs_can_be_looked_for() -> None:
    """A subnet is found by its network's id, which is unknown until the network is adopted: the next round's business."""
    planned = creates(PLAN)
    assert {urn: create.known for urn, create in planned.items() if create.custom} == {
        NETWORK: True,
        SUBNET: False,
        PROVIDER: True,
    }


def test_an_adopted_resource_brings_what_it_stands_on_and_in_order() -> None:
    """Parents and provider come first, or the engine refuses the state; the provider's new id is the one referred to."""
    resources = adopt({"manifest": {}}, creates(PLAN), {NETWORK: "net-1"})["resources"]
    assert [resource["urn"] for resource in resources] == [STACK, ZONE, PROVIDER, NETWORK]
    network, provider = resources[-1], resources[-2]
    assert network["id"] == "net-1"
    assert network["inputs"] == {"name": "suqian-ops_mgmt-net"}
    assert network["provider"] == f"{PROVIDER}::{provider['id']}"
    assert provider["id"] not in ("", UNKNOWN)


def test_what_the_state_has_already_stays_as_it_is() -> None:
    """Adoption adds; it never rewrites a resource that the state knows."""
    before = {"resources": [{"urn": STACK}, {"urn": PROVIDER, "id": "p"}, {"urn": ZONE, "outputs": {"kept": True}}]}
    after = adopt(before, creates(PLAN), {NETWORK: "net-1"})["resources"]
    assert after[:3] == before["resources"]
    assert after[3]["provider"] == f"{PROVIDER}::p"


def test_a_plan_of_another_stack_is_refused() -> None:
    """A resource that stands on nothing known is a mistake, not something to guess."""
    with pytest.raises(KeyError):
        adopt({}, {}, {NETWORK: "net-1"})


def test_a_killed_run_is_known_by_its_pending_operations() -> None:
    """Creations may exist in the cloud without the state; updates and deletions concern what the state has."""
    deployment = {
        "pending_operations": [
            {"type": "creating", "resource": {"urn": NETWORK, "type": "t", "custom": True, "inputs": {"name": "n"}}},
            {"type": "deleting", "resource": {"urn": SUBNET, "type": "t"}},
        ]
    }
    assert pending(deployment) == {NETWORK: "creating", SUBNET: "deleting"}
    assert [(urn, planned.inputs) for urn, planned in begun(deployment).items()] == [(NETWORK, {"name": "n"})]
    assert pending({}) == {}


def test_a_reference_to_another_stack_is_left_to_the_next_run() -> None:
    """No plan creates it: the engine reads it anew. Until then nothing may depend on it, or the state would be broken."""
    reference = f"{PREFIX}pulumi:pulumi:StackReference::organization/govnet/suqian.cloud"
    wired = goal(
        "openstack:networking/subnet:Subnet",
        {"name": "suqian-wire-subnet4", "networkId": "net-9"},
        parent=ZONE,
        provider=f"{PROVIDER}::{UNKNOWN}",
        dependencies=[reference],
        propertyDependencies={"networkId": [reference]},
    )
    plan = {"resourcePlans": {**PLAN["resourcePlans"], SUBNET: wired}}
    *_, subnet = adopt({}, creates(plan), {SUBNET: "subnet-1"})["resources"]
    assert subnet["id"] == "subnet-1"
    assert "dependencies" not in subnet
    assert "propertyDependencies" not in subnet
