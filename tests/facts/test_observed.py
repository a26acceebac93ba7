"""API answers said as facts. The answers here are cut down to what is read; the lab tests read whole ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from infra.blueprint.types import CloudPlan, IdentityPlan, SitePlan
from infra.facts.cloud import Snapshot
from infra.facts.observed import observe
from infra.facts.types import Exempt, Fact, Kind
from tests.blank import blank

SITE = blank(
    SitePlan,
    cloud=blank(CloudPlan, manager="a-manager"),
    identity=blank(IdentityPlan, operator="a-operator"),
)
ANSWERS = Path(__file__).with_name("answers.json")


@pytest.fixture
def answers() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(ANSWERS.read_text(encoding="utf-8"))
    return loaded


def told(answers: dict[str, Any], kind: Kind) -> dict[str, dict[str, str]]:
    return {fact.key: dict(fact.values) for fact in facts(answers) if fact.kind is kind}


def facts(answers: dict[str, Any]) -> tuple[Fact, ...]:
    return observe(SITE, Snapshot(**answers)).facts


def test_references_are_names_and_overlay_networks_have_no_place(answers: dict[str, Any]) -> None:
    assert told(answers, Kind.NETWORK)["a-net"] == {
        "项目": "extranet",
        "启用": "是",
        "外部": "否",
        "共享": "否",
        "端口安全": "是",
        "承载": "",
    }
    assert told(answers, Kind.NETWORK)["a-wire"]["承载"] == "vlan wan-a 101"
    assert told(answers, Kind.SUBNET)["a-subnet"]["子网池"] == "a-pool"
    assert told(answers, Kind.ROUTER)["a-router"]["外部网络"] == "a-internet"
    assert list(told(answers, Kind.ROUTE)) == ["a-router: 10.16.0.0/14 via 10.224.0.2"]


def test_router_legs_and_other_ports_are_apart(answers: dict[str, Any]) -> None:
    assert list(told(answers, Kind.LEG)) == ["a-leg"]
    assert list(told(answers, Kind.PORT)) == ["a-probe"]


def test_what_openstack_and_tenants_make_themselves_is_set_aside_by_name(answers: dict[str, Any]) -> None:
    exempt = observe(SITE, Snapshot(**answers)).exempt
    assert set(exempt) == {
        Exempt("Neutron 为每个项目自建的 default 安全组（其自带规则）", 1),
        Exempt("OVN 的元数据端口（每网络一个）", 1),
        Exempt("租户自有主机的端口（在共享给它的网络上，用共享给它的安全组）", 1),
        Exempt("路由器的外部网关端口", 1),
        Exempt("人员账号（其权限按角色授权比对）", 1),
    }


@pytest.mark.parametrize(
    "change",
    [
        {"allowed_address_pairs": [{"ip_address": "10.0.0.0/8", "mac_address": "fa:16:3e:00:00:01"}]},
        {"security_groups": []},
        {"security_groups": ["default-id"]},
        {"security_groups": ["tenant-group-id", "default-id"]},
        {"port_security_enabled": False},
        {"network_id": "net-id"},
        {"device_owner": "network:router_interface"},
    ],
    ids=str,
)
def test_a_tenants_port_that_is_not_as_it_must_be_is_a_fact(answers: dict[str, Any], change: dict[str, Any]) -> None:
    """A tenant's own machine is its own business only inside what was shared to it."""
    machine = next(port for port in answers["ports"] if port["name"] == "machine")
    machine.update(change)
    assert "machine" in told(answers, Kind.PORT) | told(answers, Kind.LEG)


def test_a_metadata_port_in_disguise_is_a_fact(answers: dict[str, Any]) -> None:
    metadata = next(port for port in answers["ports"] if port["device_owner"] == "network:distributed")
    metadata["device_id"] = "something-else"
    assert "metadata-port-id" in told(answers, Kind.PORT)


def test_a_rule_added_to_a_default_group_is_a_fact(answers: dict[str, Any]) -> None:
    default = next(group for group in answers["security_groups"] if group["name"] == "default")
    default["security_group_rules"][0]["remote_ip_prefix"] = "10.0.0.0/8"
    assert list(told(answers, Kind.RULE)) == [
        "a-group ingress IPv4 tcp 443-443 10.4.0.0/14",
        "default(extranet) egress IPv4 any any 10.0.0.0/8",
    ]


def test_a_rule_without_remote_is_open_to_everywhere(answers: dict[str, Any]) -> None:
    """Judged by meaning: what is not limited is unlimited."""
    group = next(group for group in answers["security_groups"] if group["name"] == "a-group")
    group["security_group_rules"][0] |= {"remote_ip_prefix": None, "port_range_min": None, "port_range_max": None}
    assert list(told(answers, Kind.RULE)) == ["a-group ingress IPv4 tcp any 0.0.0.0/0"]


def test_roles_of_people_and_of_strangers_are_facts(answers: dict[str, Any]) -> None:
    """Whoever has a right in this site is seen, and every right that this site's people have elsewhere."""
    assert sorted(told(answers, Kind.ROLE)) == [
        "用户 a-operator → 整个云: reader",
        "用户 a-operator → 项目 extranet: member",
        "用户 foreign-id → 项目 extranet: member",
        "用户组 a-people → 项目 foreign-project-id: reader（继承）",
    ]


def test_a_project_with_default_quotas_is_told_as_such(answers: dict[str, Any]) -> None:
    answers["network_quotas"] = []
    assert told(answers, Kind.QUOTA)["extranet"]["network"] == "默认"


def test_kinds_that_nobody_declares_are_facts(answers: dict[str, Any]) -> None:
    answers["others"] = {"浮动 IP": [{"id": "x", "floating_ip_address": "203.0.113.9", "project_id": "project-id"}]}
    assert told(answers, Kind.OTHER) == {"浮动 IP 203.0.113.9": {"项目": "extranet"}}


def test_a_flavour_is_extra_unless_another_site_on_the_same_cloud_declares_it(answers: dict[str, Any]) -> None:
    assert list(told(answers, Kind.FLAVOR)) == ["small"]
    neighbour = observe(SITE, Snapshot(**answers), {"small"})
    assert Exempt("同一个云上其他站点声明的规格", 1) in neighbour.exempt
    assert not [fact for fact in neighbour.facts if fact.kind is Kind.FLAVOR]


def test_a_cloud_without_the_domain_has_nothing() -> None:
    assert observe(SITE, Snapshot(None)).facts == ()
