"""What is in the cloud of a site, said in the words of facts. Pure: API answers in, facts out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from infra import names
from infra.blueprint.types import SitePlan
from infra.facts import words
from infra.facts.cloud import Raw, Snapshot
from infra.facts.types import Exempt, Fact, Kind, Observation
from infra.facts.wiring import wiring

QUOTAS = {
    "network": (
        "network",
        "subnet",
        "subnetpool",
        "router",
        "port",
        "floatingip",
        "rbac_policy",
        "security_group",
        "security_group_rule",
    ),
    "compute": ("instances", "cores", "ram", "key_pairs"),
}
"""The limits that are compared, by API."""


def observe(site: SitePlan, cloud: Snapshot, foreign_flavors: Collection[str] = ()) -> Observation:
    """Facts of a site as its cloud has them, and what was set aside.

    `foreign_flavors`: names of the flavours that other sites declare. Flavours belong to a cloud, and sites may share one.
    """
    if cloud.domain is None:
        return Observation(())
    identity, people = _identity(site, cloud)
    network = wiring(cloud)
    flavors = [_flavor(flavor) for flavor in cloud.flavors if flavor["name"] not in foreign_flavors]
    neighbours = ["同一个云上其他站点声明的规格"] * (len(cloud.flavors) - len(flavors))
    machines, tenants_own = _machines(cloud)
    reasons = Counter((*people, *neighbours, *network.aside, *tenants_own))
    exempt = tuple(Exempt(reason, count) for reason, count in sorted(reasons.items()))
    return Observation((*identity, *flavors, *machines, *network.facts), exempt)


def _identity(site: SitePlan, cloud: Snapshot) -> tuple[list[Fact], list[str]]:
    assert cloud.domain is not None
    declared = {site.cloud.manager, site.identity.operator}
    facts = [_described(Kind.DOMAIN, cloud.domain)]
    facts += [_described(Kind.PROJECT, project) for project in cloud.projects]
    facts += _quotas(cloud)
    facts += [
        Fact(Kind.USER, user["name"], {"启用": words.yes(user["enabled"])}, user["id"])
        for user in cloud.users
        if user["name"] in declared
    ]
    facts += [Fact(Kind.GROUP, group["name"], {"说明": group["description"]}, group["id"]) for group in cloud.groups]
    facts += [Fact(Kind.ROLE, role) for role in _roles(cloud)]
    # People come and go without the estate; what they may do is compared as roles, whether through a group or of their own.
    people = ["人员账号（其权限按角色授权比对）" for user in cloud.users if user["name"] not in declared]
    return facts, people


def _described(kind: Kind, raw: Raw) -> Fact:
    return Fact(kind, raw["name"], {"说明": raw["description"], "启用": words.yes(raw["enabled"])}, raw["id"])


def _quotas(cloud: Snapshot) -> Iterator[Fact]:
    """Limits of each project. A project with Neutron's defaults is not in Neutron's list, and so lacks its network limits here."""
    network = {quota["project_id"]: quota for quota in cloud.network_quotas}
    compute = {quota["id"]: quota for quota in cloud.compute_quotas}
    for project in cloud.projects:
        values = {name: str(network.get(project["id"], {}).get(name, "默认")) for name in QUOTAS["network"]}
        values |= {name: str(compute[project["id"]][name]) for name in QUOTAS["compute"]}
        yield Fact(Kind.QUOTA, project["name"], values, project["id"])


def _roles(cloud: Snapshot) -> Iterator[str]:
    """Every role that somebody has in this site, and that anybody of this site has anywhere. Foreign actors and scopes by their ids."""
    assert cloud.domain is not None
    users, groups, projects, roles = (
        {raw["id"]: raw["name"] for raw in raws} for raws in (cloud.users, cloud.groups, cloud.projects, cloud.roles)
    )
    domains = {cloud.domain["id"]: cloud.domain["name"]}
    for assignment in cloud.assignments:
        scope, inherited = assignment["scope"], "OS-INHERIT:inherited_to" in assignment["scope"]
        where, here = _scoped(scope, projects, domains)
        kind, names_by_id = ("用户", users) if "user" in assignment else ("用户组", groups)
        actor = assignment["user" if "user" in assignment else "group"]["id"]
        if here or actor in names_by_id:
            role = roles.get(assignment["role"]["id"], assignment["role"]["id"])
            yield words.role(f"{kind} {names_by_id.get(actor, actor)}", where, role, inherited=inherited)


def _scoped(scope: Raw, projects: dict[str, str], domains: dict[str, str]) -> tuple[str, bool]:
    """A scope in words, and whether it belongs to this site."""
    if "project" in scope:
        project = scope["project"]["id"]
        return f"项目 {projects.get(project, project)}", project in projects
    if "domain" in scope:
        domain = scope["domain"]["id"]
        return f"域 {domains.get(domain, domain)}", domain in domains
    return "整个云", False


def _machines(cloud: Snapshot) -> tuple[list[Fact], list[str]]:
    """The operator's machines; a tenant's own are its business, their ports are judged with the others."""
    projects = {raw["id"]: raw["name"] for raw in cloud.projects}
    own = [raw for raw in cloud.servers if projects.get(raw["tenant_id"]) == names.OPERATOR_PROJECT]
    aside = ["租户自有主机（其端口另行比对）"] * (len(cloud.servers) - len(own))
    flavors = {raw["id"]: raw["name"] for raw in cloud.flavors}
    return [_machine(raw, projects, flavors) for raw in own], aside


def _machine(raw: Raw, projects: dict[str, str], flavors: dict[str, str]) -> Fact:
    values = {
        "项目": projects[raw["tenant_id"]],
        "状态": raw["status"],
        "规格": flavors.get(raw["flavor"]["id"], raw["flavor"]["id"]),
        "密钥": raw["key_name"] or "",
        "地址": words.addresses(row["addr"] for rows in raw["addresses"].values() for row in rows),
    }
    return Fact(Kind.MACHINE, raw["name"], values, raw["id"])


def _flavor(flavor: Raw) -> Fact:
    sizes = {name: str(flavor[name]) for name in ("vcpus", "ram", "disk")}
    return Fact(
        Kind.FLAVOR,
        flavor["name"],
        {**sizes, "公开": words.yes(flavor["os-flavor-access:is_public"])},
        flavor["id"],
    )
