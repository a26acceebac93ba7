"""What each credential may not do, tried straight at the API: no pull request, no rule and no pipeline stands in between."""

from __future__ import annotations

import dataclasses
import json
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from infra import names
from infra.facts.cloud import Snapshot
from infra.observing.api import Api
from infra.observing.site import take
from tests.lab.clouds import CLOUDS, Cloud, of, user
from tests.real import blueprint

pytestmark = pytest.mark.usefixtures("estate_up")

HOME, FOREIGN = "suqian", "province"


# --- a tenant's own people --------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Person:
    """Somebody of a tenant, at the API, and the ids of what the tenant was given and of what it was not."""

    cloud: Cloud
    project: str
    network: str
    group: str
    external: str


@pytest.fixture(scope="module", params=[FOREIGN, HOME])
def person(request: pytest.FixtureRequest) -> Iterator[Person]:
    """A member of the first tenant of a site: made by the domain manager for this test, gone after it."""
    site = blueprint().site(request.param)
    tenant = site.tenants[0]
    manager, operator = of(f"{site.id}-manager"), of(f"{site.id}-operator")
    domain = manager.listed("identity", "/projects")[0]["domain_id"]
    project = manager.one("identity", "/projects", tenant.project_id)["id"]
    members = manager.one("identity", "/groups", names.tenant_group(tenant.id))["id"]
    name, password = f"trial-{secrets.token_hex(4)}", secrets.token_urlsafe(24)
    account = {"name": name, "password": password, "domain_id": domain}
    made = manager.must("POST", "identity", "/users", user=account)["id"]
    try:
        manager.must("PUT", "identity", f"/groups/{members}/users/{made}")
        cloud = user(site.id, tenant.project_id, name, password)
        yield Person(
            cloud,
            project,
            operator.one("network", "/networks", tenant.network.name)["id"],
            operator.one("network", "/security-groups", tenant.group.name)["id"],
            of(f"{FOREIGN}-operator").one("network", "/networks", names.named(FOREIGN, names.INTERNET))["id"],
        )
    finally:
        manager.must("DELETE", "identity", f"/users/{made}")


def test_a_tenant_may_use_what_was_shared_to_it(person: Person) -> None:
    """The refusals below are worth something only because this credential works."""
    port = {"network_id": person.network, "security_groups": [person.group], "name": "trial"}
    made = person.cloud.must("POST", "network", "/ports", port=port)["id"]
    person.cloud.must("DELETE", "network", f"/ports/{made}")


def test_a_tenant_makes_no_network(person: Person) -> None:
    refused = person.cloud.call("POST", "network", "/networks", network={"name": "own"})
    assert (refused.status_code, refused.json()["NeutronError"]["type"]) == (409, "OverQuota")


def test_a_tenant_makes_no_subnet(person: Person) -> None:
    subnet = {"network_id": person.network, "ip_version": 4, "cidr": "192.168.7.0/24"}
    refused = person.cloud.call("POST", "network", "/subnets", subnet=subnet)
    assert refused.status_code in (403, 404, 409), refused.text


def test_a_tenant_makes_no_router(person: Person) -> None:
    refused = person.cloud.call("POST", "network", "/routers", router={"name": "own"})
    assert (refused.status_code, refused.json()["NeutronError"]["type"]) == (409, "OverQuota")


def test_a_tenant_makes_no_floating_ip(person: Person) -> None:
    address = {"floating_network_id": person.external}
    refused = person.cloud.call("POST", "network", "/floatingips", floatingip=address)
    assert refused.status_code in (404, 409), refused.text


def test_a_tenant_makes_no_security_group(person: Person) -> None:
    refused = person.cloud.call("POST", "network", "/security-groups", security_group={"name": "own"})
    assert (refused.status_code, refused.json()["NeutronError"]["type"]) == (409, "OverQuota")


def test_a_tenant_has_the_group_shared_to_it_and_no_other(person: Person) -> None:
    """Neutron's default group would let everything out, and the tenant could let anything in (docs/adr/0032)."""
    assert [group["id"] for group in person.cloud.listed("network", "/security-groups")] == [person.group]


def test_a_tenant_makes_no_rule(person: Person) -> None:
    rule = {"direction": "ingress", "ethertype": "IPv4", "security_group_id": person.group}
    refused = person.cloud.call("POST", "network", "/security-group-rules", security_group_rule=rule)
    assert refused.status_code in (403, 404, 409), refused.text


def test_a_tenant_shares_nothing_on(person: Person) -> None:
    given = {"object_type": "network", "object_id": person.network, "action": "access_as_shared"}
    refused = person.cloud.call("POST", "network", "/rbac-policies", rbac_policy={**given, "target_tenant": "0" * 32})
    assert refused.status_code in (403, 404, 409), refused.text


# --- a city's operator against the province ---------------------------------------------------------------------------
@pytest.fixture(scope="module")
def operator() -> Cloud:
    return of(f"{HOME}-operator")


@pytest.fixture(scope="module")
def province() -> Snapshot:
    return looked_at(FOREIGN)


def looked_at(site: str) -> Snapshot:
    return take(Api(CLOUDS, f"{site}-admin"), names.domain(site))


LISTS = {
    "networks": ("network", "/networks"),
    "subnets": ("network", "/subnets"),
    "subnetpools": ("network", "/subnetpools"),
    "address_scopes": ("network", "/address-scopes"),
    "routers": ("network", "/routers"),
    "ports": ("network", "/ports"),
    "security_groups": ("network", "/security-groups"),
    "rbac_policies": ("network", "/rbac-policies"),
}
"""What the operator may list: all of it is its own site's."""


@pytest.mark.parametrize("kind", LISTS)
def test_the_operator_lists_its_own_things_and_none_of_the_provinces(
    operator: Cloud, province: Snapshot, kind: str
) -> None:
    listed = {thing["id"] for thing in operator.listed(*LISTS[kind])}
    foreign = {thing["id"] for thing in getattr(province, kind)}
    assert listed, "a list that is empty shows nothing"
    assert foreign, "there must be something to be hidden"
    assert not listed & foreign


IDENTITY_LISTS = ("/users", "/groups", "/projects", "/domains", "/role_assignments")


@pytest.mark.parametrize("path", IDENTITY_LISTS)
def test_the_operator_may_not_list_people_projects_or_domains(operator: Cloud, path: str) -> None:
    assert operator.call("GET", "identity", path).status_code == 403


CHANGES: dict[str, tuple[str, str, str, dict[str, Any]]] = {
    "show network": ("GET", "network", "/networks/{networks}", {}),
    "rename network": ("PUT", "network", "/networks/{networks}", {"network": {"name": "mine"}}),
    "delete network": ("DELETE", "network", "/networks/{networks}", {}),
    "make subnet": (
        "POST",
        "network",
        "/subnets",
        {"subnet": {"network_id": "{networks}", "ip_version": 4, "cidr": "192.168.7.0/24"}},
    ),
    "change subnet": ("PUT", "network", "/subnets/{subnets}", {"subnet": {"gateway_ip": None}}),
    "delete subnet": ("DELETE", "network", "/subnets/{subnets}", {}),
    "make port": ("POST", "network", "/ports", {"port": {"network_id": "{networks}"}}),
    "open port": ("PUT", "network", "/ports/{ports}", {"port": {"port_security_enabled": False}}),
    "delete port": ("DELETE", "network", "/ports/{ports}", {}),
    "show router": ("GET", "network", "/routers/{routers}", {}),
    "add routes": (
        "PUT",
        "network",
        "/routers/{routers}/add_extraroutes",
        {"router": {"routes": [{"destination": "192.168.7.0/24", "nexthop": "10.224.0.2"}]}},
    ),
    "replace routes": ("PUT", "network", "/routers/{routers}", {"router": {"routes": []}}),
    "delete router": ("DELETE", "network", "/routers/{routers}", {}),
    "add leg": ("PUT", "network", "/routers/{routers}/add_router_interface", {"subnet_id": "{subnets}"}),
    "add rule": (
        "POST",
        "network",
        "/security-group-rules",
        {"security_group_rule": {"security_group_id": "{security_groups}", "direction": "ingress"}},
    ),
    "rename group": (
        "PUT",
        "network",
        "/security-groups/{security_groups}",
        {"security_group": {"name": "mine"}},
    ),
    "delete group": ("DELETE", "network", "/security-groups/{security_groups}", {}),
    "delete pool": ("DELETE", "network", "/subnetpools/{subnetpools}", {}),
    "delete scope": ("DELETE", "network", "/address-scopes/{address_scopes}", {}),
    "delete share": ("DELETE", "network", "/rbac-policies/{rbac_policies}", {}),
    "share network to itself": (
        "POST",
        "network",
        "/rbac-policies",
        {
            "rbac_policy": {
                "object_type": "network",
                "object_id": "{networks}",
                "action": "access_as_shared",
                "target_tenant": "*",
            }
        },
    ),
    "show project": ("GET", "identity", "/projects/{projects}", {}),
    "rename project": ("PATCH", "identity", "/projects/{projects}", {"project": {"name": "mine"}}),
    "delete project": ("DELETE", "identity", "/projects/{projects}", {}),
    "disable user": ("PATCH", "identity", "/users/{users}", {"user": {"enabled": False}}),
    "delete user": ("DELETE", "identity", "/users/{users}", {}),
    "make user": ("POST", "identity", "/users", {"user": {"name": "mine", "domain_id": "{domain}"}}),
    "delete group of people": ("DELETE", "identity", "/groups/{groups}", {}),
    "take role": ("PUT", "identity", "/projects/{projects}/users/{self}/roles/{roles}", {}),
    "delete domain": ("DELETE", "identity", "/domains/{domain}", {}),
}
"""Everything that could change the province's site, by name; `{networks}` is the id of one of the province's networks, and so on."""


def test_there_are_enough_calls_to_speak_of() -> None:
    assert len(CHANGES) >= 20


@pytest.mark.parametrize("name", CHANGES)
def test_the_operator_changes_nothing_of_the_province(operator: Cloud, province: Snapshot, name: str) -> None:
    """403: the call itself is not allowed. 404: for this credential there is no such thing. Anything else proves nothing."""
    method, service, path, body = CHANGES[name]
    ids = _ids(operator, province)
    refused = operator.call(method, service, path.format_map(ids), **_filled(body, ids))
    assert refused.status_code in (403, 404), f"{refused.status_code} {refused.text}"


def test_the_operator_takes_no_floating_ip_of_the_province(operator: Cloud, province: Snapshot) -> None:
    """Neutron looks at the quota first, which is 0 for everybody."""
    address = {"floating_network_id": _ids(operator, province)["external"]}
    refused = operator.call("POST", "network", "/floatingips", floatingip=address)
    assert (refused.status_code, refused.json()["NeutronError"]["type"]) == (409, "OverQuota")


def test_after_all_these_calls_the_provinces_site_is_what_it_was(province: Snapshot) -> None:
    """Seen with the administrator's credential, down to revision numbers."""
    assert _settled(dataclasses.asdict(looked_at(FOREIGN))) == _settled(dataclasses.asdict(province))


def test_what_the_cloud_publishes_to_all_is_flavours_and_public_images(operator: Cloud) -> None:
    """By design and named: sizes of every site on the same cloud, and images that are public."""
    declared = {flavor.name for site in blueprint().sites for flavor in site.cloud.flavors}
    listed = {flavor["name"] for flavor in operator.listed("compute", "/flavors/detail")}
    assert {flavor.name for flavor in blueprint().site(FOREIGN).cloud.flavors} <= listed <= declared
    assert {image["visibility"] for image in operator.listed("image", "/images")} <= {"public"}


# --- quotas -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("credential", ["operator", "manager"])
@pytest.mark.parametrize("project", [names.OPERATOR_PROJECT, blueprint().site(HOME).tenants[0].project_id])
@pytest.mark.parametrize(
    ("service", "path", "body"),
    [
        ("network", "/quotas/{}", {"quota": {"network": 1000}}),
        ("compute", "/os-quota-sets/{}", {"quota_set": {"cores": 1000}}),
    ],
    ids=["network", "compute"],
)
def test_nobody_of_a_site_raises_a_quota(
    credential: str, project: str, service: str, path: str, body: dict[str, Any]
) -> None:
    """Not of the operator's own project, and not of a tenant's."""
    before = looked_at(HOME)
    ids = {found["name"]: found["id"] for found in before.projects}
    cloud = of(f"{HOME}-{credential}")
    refused = cloud.call("PUT", service, path.format(ids[project]), **body)
    assert refused.status_code == 403, f"{refused.status_code} {refused.text}"
    after = looked_at(HOME)
    assert (after.network_quotas, after.compute_quotas) == (before.network_quotas, before.compute_quotas)


# --- what the calls above are filled with -----------------------------------------------------------------------------
def _ids(operator: Cloud, province: Snapshot) -> dict[str, str]:
    kinds = (*LISTS, "projects", "users", "groups", "roles")
    assert province.domain is not None
    return {
        **{kind: getattr(province, kind)[0]["id"] for kind in kinds},
        "external": next(network["id"] for network in province.networks if network["router:external"]),
        "domain": province.domain["id"],
        "self": operator.connection.current_user_id,
    }


def _filled(body: dict[str, Any], ids: dict[str, str]) -> dict[str, Any]:
    """The body with every `{name}` replaced."""
    return dict(json.loads(re.sub(r'"\{(\w+)\}"', lambda found: json.dumps(ids[found[1]]), json.dumps(body))))


def _settled(value: Any) -> Any:
    """An answer without order, which APIs do not promise, and without whether a port is up at this moment."""
    if isinstance(value, Mapping):
        return {key: _settled(inner) for key, inner in value.items() if key != "status"}
    if isinstance(value, (list, tuple)):
        return sorted((_settled(inner) for inner in value), key=lambda inner: json.dumps(inner, sort_keys=True))
    return value
