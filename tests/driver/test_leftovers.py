"""What a planned resource would be, were it in the cloud already."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from infra.driver.leftovers import Leftovers

NETWORK = "openstack:networking/network:Network"
SUBNET = "openstack:networking/subnet:Subnet"
RULE = "openstack:networking/secGroupRule:SecGroupRule"
INTERFACE = "openstack:networking/routerInterface:RouterInterface"
GROUP = "openstack:networking/secGroup:SecGroup"


def rule(identity: str, **fields: object) -> dict[str, object]:
    empty = dict.fromkeys(("protocol", "port_range_min", "port_range_max", "remote_ip_prefix", "remote_group_id"))
    return {"id": identity, "security_group_id": "g", "direction": "egress", "ethertype": "IPv4", **empty, **fields}


CLOUD: dict[str, list[dict[str, Any]]] = {
    "networks": [
        {"id": "young", "name": "suqian-a", "project_id": "extranet", "created_at": "2026-11-23T02:00:00Z"},
        {"id": "old", "name": "suqian-a", "project_id": "extranet", "created_at": "2026-11-23T01:00:00Z"},
        {"id": "foreign", "name": "suqian-a", "project_id": "another", "created_at": "2026-11-22T01:00:00Z"},
    ],
    "subnets": [
        {"id": "mine", "name": "s", "project_id": "extranet", "network_id": "old", "created_at": ""},
        {"id": "twin", "name": "s", "project_id": "extranet", "network_id": "young", "created_at": ""},
    ],
    "ports": [{"id": "p", "device_id": "r"}, {"id": "q", "device_id": ""}],
    "security_group_rules": [
        rule("default"),
        rule("planned", protocol="tcp", port_range_min=443, port_range_max=443, remote_ip_prefix="10.0.0.0/16"),
        rule("to members", remote_group_id="g"),
    ],
}


class FakeApi:
    """Lists from a table; remembers what was deleted."""

    project = "extranet"
    deleted: list[str]

    def __init__(self, clouds: Path, entry: str) -> None:
        self.deleted = []

    def list(self, service: str, path: str, key: str) -> Sequence[dict[str, Any]]:
        return CLOUD[key]

    def delete(self, service: str, path: str) -> None:
        self.deleted.append(path)


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Leftovers:
    monkeypatch.setattr("infra.observing.api.Api", FakeApi)
    return Leftovers(Path("clouds.yaml"), "suqian-operator")


def test_a_name_is_looked_for_in_its_own_project_and_the_oldest_comes_first(cloud: Leftovers) -> None:
    """Two of one name are one resource and one duplicate; another project's is neither."""
    assert cloud.find(NETWORK, {"name": "suqian-a"}) == ["old", "young"]
    assert cloud.find(NETWORK, {"name": "suqian-a", "tenantId": "another"}) == ["foreign"]
    assert cloud.find(NETWORK, {"name": "suqian-b"}) == []


def test_a_subnet_is_looked_for_in_its_network(cloud: Leftovers) -> None:
    """The duplicate of a network has subnets of the planned names too."""
    assert cloud.find(SUBNET, {"name": "s", "networkId": "old"}) == ["mine"]


def test_an_interface_exists_once_the_port_is_the_routers(cloud: Leftovers) -> None:
    """It has no name and no id of its own."""
    assert cloud.find(INTERFACE, {"portId": "p", "routerId": "r"}) == ["p"]
    assert cloud.find(INTERFACE, {"portId": "q", "routerId": "r"}) == []


def test_a_rule_is_what_it_permits(cloud: Leftovers) -> None:
    """Every field counts: a wider rule is not the planned one."""
    planned = {
        "securityGroupId": "g",
        "direction": "egress",
        "ethertype": "IPv4",
        "protocol": "tcp",
        "portRangeMin": 443,
        "portRangeMax": 443,
        "remoteIpPrefix": "10.0.0.0/16",
    }
    assert cloud.find(RULE, planned) == ["planned"]
    assert cloud.find(RULE, planned | {"portRangeMax": 444}) == []


def test_what_is_set_and_not_created_is_never_looked_for(cloud: Leftovers) -> None:
    """A quota, a role assignment, a router's routes: setting them again does no harm."""
    assert cloud.find("openstack:networking/quotaV2:QuotaV2", {"projectId": "p"}) == []


def test_only_neutrons_own_rules_leave_an_adopted_group(cloud: Leftovers) -> None:
    """Its creation was killed before it had deleted them; planned rules of another layer in the same group stay."""
    cloud.remove_default_rules("g")
    api: Any = cloud._api
    assert api.deleted == ["/security-group-rules/default"]


def test_a_duplicate_goes_by_its_own_path(cloud: Leftovers) -> None:
    """Type and path are one table."""
    cloud.remove(GROUP, "x")
    api: Any = cloud._api
    assert api.deleted == ["/security-groups/x"]
