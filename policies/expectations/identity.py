"""Layer identity: the operator, the tenants' groups, and what they may do in which project."""

from __future__ import annotations

from collections.abc import Iterator

from infra import names
from infra.blueprint.types import SitePlan
from policies.expectations import tokens
from policies.expected import Expected, Ext, Key, Password, Ref, Role

DOMAIN = Ext("cloud", names.DOMAIN)


def expected(site: SitePlan) -> Iterator[Expected]:
    plan = site.identity
    operator = Key(tokens.USER, names.OPERATOR)
    yield Expected(operator, {"name": plan.operator, "domainId": DOMAIN, "password": Password()})
    yield Expected(
        Key(tokens.ROLE_ASSIGNMENT, names.role_of(names.OPERATOR)),
        {
            "userId": Ref(operator),
            "projectId": Ext("cloud", names.OPERATOR_PROJECT),
            "roleId": Role(plan.operator_role),
        },
    )
    for group in plan.groups:
        key = Key(tokens.GROUP, group.id)
        yield Expected(key, {"name": group.name, "description": group.description, "domainId": DOMAIN})
        yield Expected(
            Key(tokens.ROLE_ASSIGNMENT, names.role_of(group.id)),
            {"groupId": Ref(key), "projectId": Ext("cloud", group.project_id), "roleId": Role(group.role)},
        )
