"""Finding in the cloud what a planned resource would be, were it there already: by its unique name, or by what makes it unique.

Names are unique in their project (architecture decision 11); what has no name is unique by what it joins. Types that are missing here
are set, not created (quotas, role assignments, a router's routes): setting them again does no harm, so nothing has to be found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from infra.facts.cloud import Raw

if TYPE_CHECKING:
    from infra.observing.api import Service

Inputs = Mapping[str, Any]


class Leftovers:
    """What one credential's cloud holds. Each kind is listed once, when first asked for: make a new one to look again.

    Every method raises `CloudError` when the cloud does not answer as it should.
    """

    def __init__(self, clouds: Path, entry: str) -> None:
        from infra.observing.api import Api  # heavy: a second of imports, and every command comes by here

        self._api = Api(clouds, entry)
        self._lists: dict[str, Sequence[Raw]] = {}

    def find(self, kind: str, inputs: Inputs) -> list[str]:
        """Ids of everything in the cloud that is what these inputs of a resource type describe, oldest first.

        Empty for types that need no finding.
        """
        finder = _FINDERS.get(kind)
        return finder(self, inputs) if finder else []

    def remove(self, kind: str, cloud_id: str) -> None:
        """Delete a duplicate; its kind is one of `MADE_TWICE`. The cloud refuses when it is in use."""
        self._api.delete("network", f"/{MADE_TWICE[kind]}/{cloud_id}")

    def remove_default_rules(self, group_id: str) -> None:
        """Finish what the creation of a security group was about to do: delete the rules that Neutron gave it."""
        for rule in self.listed("security_group_rules"):
            if rule["security_group_id"] == group_id and _is_default(rule):
                self._api.delete("network", f"/security-group-rules/{rule['id']}")

    @cached_property
    def project(self) -> str | None:
        """The project of the credential."""
        return self._api.project

    def listed(self, key: str) -> Sequence[Raw]:
        """All of a kind that the credential sees."""
        if key not in self._lists:
            self._lists[key] = self._api.list(*_LISTS[key], key)
        return self._lists[key]


class _List(NamedTuple):
    service: Service
    path: str


_LISTS = {
    "domains": _List("identity", "/domains"),
    "projects": _List("identity", "/projects"),
    "users": _List("identity", "/users"),
    "groups": _List("identity", "/groups"),
    "flavors": _List("compute", "/flavors"),
    "keypairs": _List("compute", "/os-keypairs"),
    "servers": _List("compute", "/servers"),
    **{
        key: _List("network", f"/{key.replace('_', '-')}")
        for key in (
            "networks",
            "subnets",
            "subnetpools",
            "address_scopes",
            "routers",
            "ports",
            "security_groups",
            "security_group_rules",
            "rbac_policies",
        )
    },
}


def _project(cloud: Leftovers, inputs: Inputs) -> list[str]:
    if inputs.get("isDomain"):
        return [domain["id"] for domain in cloud.listed("domains") if domain["name"] == inputs["name"]]
    return _in_domain("projects")(cloud, inputs)


def _in_domain(key: str) -> Callable[[Leftovers, Inputs], list[str]]:
    def find(cloud: Leftovers, inputs: Inputs) -> list[str]:
        wanted = (inputs["name"], inputs["domainId"])
        return [row["id"] for row in cloud.listed(key) if (row["name"], row["domain_id"]) == wanted]

    return find


def _flavor(cloud: Leftovers, inputs: Inputs) -> list[str]:
    return [flavor["id"] for flavor in cloud.listed("flavors") if flavor["name"] == inputs["name"]]


def _machine(cloud: Leftovers, inputs: Inputs) -> list[str]:
    """A machine that a killed run began: its ports are its own, so there is at most one that has them."""
    wanted = {network["port"] for network in inputs["networks"]}
    ports = [port for port in cloud.listed("ports") if port["id"] in wanted]
    machines = {server["id"] for server in cloud.listed("servers") if server["name"] == inputs["name"]}
    return sorted({port["device_id"] for port in ports} & machines)


def _keypair(cloud: Leftovers, inputs: Inputs) -> list[str]:
    """A key pair's name is its id."""
    return [row["keypair"]["name"] for row in cloud.listed("keypairs") if row["keypair"]["name"] == inputs["name"]]


def _named(key: str, *, inside_network: bool = False) -> Callable[[Leftovers, Inputs], list[str]]:
    """Neutron's things: unique by name in the owner's project, and a subnet or port in its network."""

    def find(cloud: Leftovers, inputs: Inputs) -> list[str]:
        owner = inputs.get("tenantId", cloud.project)
        rows = [row for row in cloud.listed(key) if row["name"] == inputs["name"] and row["project_id"] == owner]
        if inside_network:
            rows = [row for row in rows if row["network_id"] == inputs["networkId"]]
        return [row["id"] for row in sorted(rows, key=_age)]

    return find


def _age(row: Raw) -> tuple[str, str]:
    """Sorts the older first; address scopes have no date."""
    return (row.get("created_at") or "", row["id"])


def _interface(cloud: Leftovers, inputs: Inputs) -> list[str]:
    """A router interface is its port; it exists once the port belongs to the router."""
    wanted = (inputs["portId"], inputs["routerId"])
    return [port["id"] for port in cloud.listed("ports") if (port["id"], port["device_id"]) == wanted]


def _rule(cloud: Leftovers, inputs: Inputs) -> list[str]:
    wanted = (
        inputs["securityGroupId"],
        inputs["direction"],
        inputs["ethertype"],
        inputs.get("protocol"),
        inputs.get("portRangeMin"),
        inputs.get("portRangeMax"),
        inputs.get("remoteIpPrefix"),
    )
    return [rule["id"] for rule in cloud.listed("security_group_rules") if _rule_key(rule) == wanted]


_RULE = (
    "security_group_id",
    "direction",
    "ethertype",
    "protocol",
    "port_range_min",
    "port_range_max",
    "remote_ip_prefix",
)


def _rule_key(rule: Raw) -> tuple[Any, ...]:
    return tuple(rule[field] for field in _RULE)


def _is_default(rule: Raw) -> bool:
    """One of the two rules that let everything out, which Neutron gives to every new group."""
    return rule["direction"] == "egress" and not any(rule[field] for field in (*_RULE[3:], "remote_group_id"))


def _policy(cloud: Leftovers, inputs: Inputs) -> list[str]:
    wanted = (inputs["objectId"], inputs["action"], inputs["targetTenant"])
    return [
        policy["id"]
        for policy in cloud.listed("rbac_policies")
        if (policy["object_id"], policy["action"], policy["target_tenant"]) == wanted
    ]


_FINDERS: Mapping[str, Callable[[Leftovers, Inputs], list[str]]] = {
    "openstack:identity/project:Project": _project,
    "openstack:identity/user:User": _in_domain("users"),
    "openstack:identity/groupV3:GroupV3": _in_domain("groups"),
    "openstack:compute/flavor:Flavor": _flavor,
    "openstack:compute/instance:Instance": _machine,
    "openstack:compute/keypair:Keypair": _keypair,
    "openstack:networking/network:Network": _named("networks"),
    "openstack:networking/subnet:Subnet": _named("subnets", inside_network=True),
    "openstack:networking/subnetPool:SubnetPool": _named("subnetpools"),
    "openstack:networking/addressScope:AddressScope": _named("address_scopes"),
    "openstack:networking/router:Router": _named("routers"),
    "openstack:networking/routerInterface:RouterInterface": _interface,
    "openstack:networking/port:Port": _named("ports", inside_network=True),
    "openstack:networking/secGroup:SecGroup": _named("security_groups"),
    "openstack:networking/secGroupRule:SecGroupRule": _rule,
    "openstack:networking/rbacPolicyV2:RbacPolicyV2": _policy,
}

MADE_TWICE = {
    "openstack:networking/port:Port": "ports",
    "openstack:networking/router:Router": "routers",
    "openstack:networking/subnet:Subnet": "subnets",
    "openstack:networking/network:Network": "networks",
    "openstack:networking/subnetPool:SubnetPool": "subnetpools",
    "openstack:networking/addressScope:AddressScope": "address-scopes",
    "openstack:networking/secGroup:SecGroup": "security-groups",
}
"""What Neutron makes a second time under one name (it refuses a second rule or share, as Keystone and Nova refuse a second name): type →
path, in an order in which duplicates can go."""
