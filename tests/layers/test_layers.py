"""Each layer turns finished specs into resources of OpenStack; nothing is decided there."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

import pytest

from infra import names
from infra.errors import UsageError
from infra.layers import cloud, identity, secret
from infra.layers.refs import OfflineRefs
from tests.layers.declared import Resource, declare
from tests.real import blueprint

SECRET_MARK, SECRET = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"
"""How a secret goes over the wire to the engine."""


@pytest.fixture(autouse=True)
def _passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """No clouds.yaml is needed to see what would be declared."""
    for layer in (cloud, identity):
        monkeypatch.setattr(layer, "password_of", lambda site, layer: f"password of {site}.{layer}")
    monkeypatch.setattr(secret, "operator_key", lambda site: f"key of {site}")
    monkeypatch.setattr(secret, "birth_data", lambda site, machine: f"birth of {machine}")


@cache
def graph(site: str, layer: str) -> dict[str, Resource]:
    made = declare(blueprint().site(site), layer)
    assert len({resource.name for resource in made}) == len(made), "two resources of one logical name"
    return {resource.name: resource for resource in made}


def kinds(site: str, layer: str) -> Counter[str]:
    return Counter(resource.type.rpartition(":")[2] for resource in graph(site, layer).values())


def inputs(site: str, layer: str, name: str) -> dict[str, Any]:
    return graph(site, layer)[name].inputs


def test_a_project_never_comes_without_both_its_quotas() -> None:
    """A tenant with no quota record has the cloud's defaults: networks of its own."""
    counted = kinds("suqian", "cloud")
    projects = len(blueprint().site("suqian").cloud.projects)
    assert counted["Project"] == projects + 1  # and the domain
    assert counted["QuotaV2"] == counted["QuotaSetV2"] == projects


def test_the_external_network_is_never_declared_external() -> None:
    """Neutron would share it with every project; a policy makes it external for the operator alone."""
    assert "external" not in inputs("province", "cloud", "internet")
    policy = inputs("province", "cloud", names.share("internet", names.OPERATOR_PROJECT))
    assert (policy["action"], policy["targetTenant"]) == ("access_as_external", f"id/{names.OPERATOR_PROJECT}")


def test_wires_belong_to_the_operator() -> None:
    """The administrator makes the provider network; who owns it makes its subnets and legs."""
    wire = inputs("suqian", "cloud", names.wire("public_shared"))
    assert wire["tenantId"] == f"id/{names.OPERATOR_PROJECT}"
    assert wire["segments"][0]["physicalNetwork"] == "wan-suqian"


def test_users_get_the_passwords_of_the_stacks_that_log_in_as_them_and_secretly() -> None:
    """Manager and operator are whom clouds.yaml says they are; the engine seals what is marked as a secret."""
    for layer, user, owner in (("cloud", names.MANAGER, "identity"), ("identity", names.OPERATOR, "network")):
        password = inputs("suqian", layer, user)["password"]
        assert password == {SECRET_MARK: SECRET, "value": f"password of suqian.{owner}"}


def test_a_zone_is_a_routing_domain_of_its_own() -> None:
    """Eight zones are eight routers, and no leg of one router stands in another zone's network."""
    counted = kinds("suqian", "network")
    site = blueprint().site("suqian")
    assert counted["Router"] == len(site.zones)
    assert counted["RouterInterface"] == sum(len(zone.router.legs) for zone in site.zones)
    assert counted["SecGroupRule"] == sum(len(zone.group.rules) for zone in site.zones)


@pytest.mark.parametrize("layer", ["network", "tenants", "platform"])
def test_router_legs_have_no_security_group_and_other_ports_have_their_zones(layer: str) -> None:
    """A port without either would get the default group, which lets its members talk to each other."""
    ports = [resource for resource in graph("suqian", layer).values() if resource.type.endswith(":Port")]
    assert ports
    for port in ports:
        guarded = bool(port.inputs.get("securityGroupIds"))
        assert guarded != bool(port.inputs.get("noSecurityGroups")), port.name


@pytest.mark.parametrize("layer", ["network", "tenants", "platform"])
def test_security_groups_start_empty(layer: str) -> None:
    """Neutron's own rules would let everything out."""
    groups = [resource for resource in graph("suqian", layer).values() if resource.type.endswith(":SecGroup")]
    assert groups
    assert all(group.inputs["deleteDefaultRules"] is True for group in groups)


def test_only_a_registered_egress_has_an_external_gateway() -> None:
    """The province's internet zone goes out; every other zone, and every city, has no door of its own."""
    doors = {
        (site.id, name)
        for site in blueprint().sites
        for name, resource in graph(site.id, "network").items()
        if resource.inputs.get("externalNetworkId")
    }
    assert doors == {("province", names.router("internet_access"))}


def test_a_tenant_gets_its_network_and_group_by_targeted_shares() -> None:
    """Never to everybody: each share names the tenant's project."""
    shares = [resource for resource in graph("suqian", "tenants").values() if resource.type.endswith(":RbacPolicyV2")]
    tenants = {tenant.project_id for tenant in blueprint().site("suqian").tenants}
    assert {share.inputs["targetTenant"] for share in shares} == {f"cloud/{tenant}" for tenant in tenants}
    assert len(shares) == 2 * len(tenants)


@pytest.mark.parametrize("layer", names.LAYERS)
def test_everything_with_a_name_has_the_planned_one(layer: str) -> None:
    """A name by the engine's own rule ends in random letters: what a killed run left could not be found again."""
    site = blueprint().site("suqian")
    plain = {site.cloud.domain, site.cloud.manager, site.identity.operator}
    plain |= {project.name for project in site.cloud.projects} | {group.name for group in site.identity.groups}
    for resource in graph("suqian", layer).values():
        if "name" in resource.inputs:
            assert resource.inputs["name"] in plain or resource.inputs["name"].startswith("suqian-"), resource.name


def test_a_machine_stands_on_its_planned_ports_alone() -> None:
    """With a port for each leg, the leg of its own zone first; no address, group or network is left to the cloud's choice."""
    gateway = next(row for row in blueprint().site("suqian").hosts if row.realised and len(row.legs) == 2)
    made = inputs("suqian", "platform", gateway.id)
    ports = [names.machine_port(gateway.id, leg.zone_id) for leg in gateway.legs]
    assert made["networks"] == [{"port": f"id/{port}"} for port in ports]
    assert not made.keys() & {"securityGroups", "networkMode", "adminPass", "configDrive"}
    fixed = inputs("suqian", "platform", ports[1])["fixedIps"]
    assert [row["ipAddress"] for row in fixed] == [gateway.legs[1].addresses.v4, gateway.legs[1].addresses.v6]


def test_a_machine_knows_its_host_key_from_birth() -> None:
    """And the operator's key comes from where the keys are kept."""
    machine = next(row for row in blueprint().site("province").hosts if row.realised)
    assert inputs("province", "platform", machine.id)["userData"] == f"birth of {machine.name}"
    assert inputs("province", "platform", names.KEYPAIR)["publicKey"] == "key of province"


def test_a_site_without_machines_declares_none() -> None:
    """Their planned ones stay on paper."""
    assert declare(blueprint().site("nanjing"), "platform") == []


def test_an_offline_run_refuses_to_be_an_update() -> None:
    """Placeholders in a cloud would be worse than any error."""
    assert OfflineRefs(dry_run=True).of("cloud", "domain") == "offline:cloud:domain"
    with pytest.raises(UsageError):
        OfflineRefs(dry_run=False)
