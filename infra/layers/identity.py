"""Layer identity, with the domain manager's credential: the operator, and the tenants' groups and roles."""

from __future__ import annotations

from pulumi_openstack import identity

from infra import names
from infra.blueprint.types import GroupMembership, SitePlan
from infra.layers.refs import Refs
from infra.layers.secret import password_of


def declare(site: SitePlan, refs: Refs) -> None:
    """The operator's user in the operator's project; a group a tenant with its role on the tenant's project."""
    plan = site.identity
    operator = identity.User(
        names.OPERATOR,
        name=plan.operator,
        domain_id=refs.of("cloud", names.DOMAIN),
        password=password_of(site.id, "network"),
    )
    identity.RoleAssignment(
        names.role_of(names.OPERATOR),
        user_id=operator.id,
        project_id=refs.of("cloud", names.OPERATOR_PROJECT),
        role_id=refs.role(plan.operator_role),
    )
    for group in plan.groups:
        make_group(group, refs)


def make_group(plan: GroupMembership, refs: Refs) -> None:
    """A tenant's people and what they may do in its project."""
    group = identity.GroupV3(
        plan.id, name=plan.name, description=plan.description, domain_id=refs.of("cloud", names.DOMAIN)
    )
    identity.RoleAssignment(
        names.role_of(plan.id),
        group_id=group.id,
        project_id=refs.of("cloud", plan.project_id),
        role_id=refs.role(plan.role),
    )
