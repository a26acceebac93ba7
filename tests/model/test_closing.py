"""What counts as an emergency suspension, and what only looks like one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from infra.model.closing import only_closes
from infra.model.enums import SiteState, TenantState
from infra.model.estate import Estate
from tests.small import small

CLOSED = "remote_to_ops"
"""The flow that each change below closes."""


def without_flow(estate: Estate) -> Estate:
    return replace(estate, flows=tuple(row for row in estate.flows if row.id != CLOSED))


def with_tenant(**values: object) -> Estate:
    """Suqian's first tenant with other values."""
    site = small().sites["suqian"]
    first, *others = site.tenants
    changed = replace(site, tenants=(first.model_copy(update=values), *others))
    return replace(small(), sites={**small().sites, "suqian": changed})


def with_flow(name: str, **values: object) -> Estate:
    flows = [row.model_copy(update=values) if row.id == name else row for row in small().flows]
    return replace(small(), flows=tuple(flows))


@pytest.mark.parametrize(
    "after",
    [
        without_flow(small()),
        with_tenant(state=TenantState.FROZEN),
        with_tenant(flows=small().sites["suqian"].tenants[0].flows.model_copy(update={"ingress": ()})),
        without_flow(with_tenant(state=TenantState.FROZEN)),
    ],
    ids=["a flow goes", "a tenant is frozen", "a tenant's own flow goes", "both at once"],
)
def test_closing(after: Estate) -> None:
    """Nothing is opened, nothing else is touched; and the way back is no closing."""
    assert only_closes(small(), after)
    assert not only_closes(after, small())


def test_fewer_ports() -> None:
    """One of two ports is closed."""
    wide = with_flow("front_to_internet", ports=("443/tcp", "80/tcp"))
    assert only_closes(wide, small())
    assert not only_closes(small(), wide)


@pytest.mark.parametrize(
    "after",
    [
        small(),
        without_flow(with_flow("monitoring", ports=("9101/tcp",))),
        without_flow(with_flow("time", tenants=False)),
        without_flow(with_flow("shared_up", tenants=True)),
        without_flow(with_tenant(hosts=60)),
        without_flow(with_tenant(state=TenantState.CLOSED)),
        without_flow(replace(small(), waivers={}, approvals={})),
        without_flow(replace(small(), sites={"province": small().sites["province"]})),
        without_flow(
            replace(
                small(),
                province=small().province.model_copy(
                    update={
                        "sites": tuple(
                            row.model_copy(update={"state": SiteState.PLANNED}) for row in small().province.sites
                        )
                    }
                ),
            )
        ),
    ],
    ids=[
        "nothing at all",
        "another port of another flow",
        "another flow is another flow",
        "a flow now holds for tenants too",
        "a tenant grows on the way",
        "a tenant is torn down",
        "the register changes on the way",
        "a site is gone",
        "sites are disconnected",
    ],
)
def test_what_only_looks_like_closing(after: Estate) -> None:
    """Whatever else is in the change is judged like any change."""
    assert not only_closes(small(), after)
