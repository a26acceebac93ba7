"""One site as its cloud has it: few lists, read side by side with the site's administrator credential.

The administrator's, because the comparison must see what the operator cannot: quotas, the domain, and above all what somebody made
in a tenant's project.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from infra.facts.cloud import Raw, Snapshot
from infra.observing.api import Api

AT_ONCE = 6
"""Lists read at the same time; more only queue in the API's workers."""

OTHERS = (
    ("浮动 IP", "router", "/floatingips", "floatingips"),
    ("中继", "trunk", "/trunks", "trunks"),
    ("QoS 策略", "qos", "/qos/policies", "policies"),
    ("地址组", "address-group", "/address-groups", "address_groups"),
)
"""Kinds that no blueprint declares: what people call them, Neutron's extension, path and key."""


def take(api: Api, domain_name: str) -> Snapshot:
    """Read everything of the site with this domain. Raises `CloudError` when the cloud cannot be asked."""
    api.log_in()
    domains = api.list("identity", "/domains", "domains", [("name", domain_name)])
    if not domains:
        return Snapshot(None)
    domain = domains[0]
    inside = [("domain_id", domain["id"])]
    projects = api.list("identity", "/projects", "projects", inside)
    owned = [("project_id", project["id"]) for project in projects]
    with ThreadPoolExecutor(AT_ONCE) as pool:

        def listed(path: str, key: str, filters: Sequence[tuple[str, str]] = owned) -> Future[Sequence[Raw]]:
            # An empty filter would list the whole cloud.
            return pool.submit(lambda: api.list("network", path, key, filters) if filters else ())

        networks = listed("/networks", "networks")
        routers = listed("/routers", "routers")
        groups = listed("/security-groups", "security_groups")
        pools = listed("/subnetpools", "subnetpools")
        scopes = listed("/address-scopes", "address_scopes")
        granted = listed("/rbac-policies", "rbac_policies")
        received = listed("/rbac-policies", "rbac_policies", [("target_tenant", project) for _, project in owned])
        own_ports = listed("/ports", "ports")
        servers = [
            pool.submit(api.list, "compute", "/servers/detail", "servers", [("all_tenants", "1"), (key, project)])
            for key, project in owned
        ]
        quotas = pool.submit(api.list, "network", "/quotas", "quotas")
        limits = [pool.submit(_limits, api, project["id"]) for project in projects]
        flavors = pool.submit(api.list, "compute", "/flavors/detail", "flavors", [("is_public", "None")])
        users = pool.submit(api.list, "identity", "/users", "users", inside)
        teams = pool.submit(api.list, "identity", "/groups", "groups", inside)
        roles = pool.submit(api.list, "identity", "/roles", "roles")
        assignments = pool.submit(api.list, "identity", "/role_assignments", "role_assignments")
        extensions = pool.submit(api.list, "network", "/extensions", "extensions")
        known = {extension["alias"] for extension in extensions.result()}
        others = {title: listed(path, key) for title, alias, path, key in OTHERS if alias in known}
        # Subnets and ports are also looked for by network, so that a stranger's in ours is seen.
        ours = [("network_id", network["id"]) for network in networks.result()]
        subnets = listed("/subnets", "subnets", ours)
        ports = listed("/ports", "ports", ours)
        return Snapshot(
            domain=domain,
            projects=projects,
            users=users.result(),
            groups=teams.result(),
            roles=roles.result(),
            assignments=assignments.result(),
            network_quotas=quotas.result(),
            compute_quotas=[limit.result() for limit in limits],
            flavors=flavors.result(),
            networks=networks.result(),
            subnets=subnets.result(),
            address_scopes=scopes.result(),
            subnetpools=pools.result(),
            routers=routers.result(),
            servers=[server for answer in servers for server in answer.result()],
            ports=_once((*own_ports.result(), *ports.result())),
            security_groups=groups.result(),
            rbac_policies=_once((*granted.result(), *received.result())),
            others={title: other.result() for title, other in others.items()},
        )


def _limits(api: Api, project: str) -> Raw:
    """Nova has no list of quotas."""
    limits: Raw = api.get("compute", f"/os-quota-sets/{project}")["quota_set"]
    return limits


def _once(raws: Iterable[Raw]) -> list[Raw]:
    """Each resource once, however many lists told of it."""
    return list({raw["id"]: raw for raw in raws}.values())
