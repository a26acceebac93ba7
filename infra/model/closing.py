"""The emergency suspension: a change that does nothing but close ways, and therefore needs nobody's leave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields

from infra.model.enums import TenantState
from infra.model.estate import Estate, SiteEstate
from infra.model.flow import Flow
from infra.model.tenant import Egress, Ingress, Tenant, TenantFlows

Way = Flow | Ingress | Egress


def only_closes(before: Estate, after: Estate) -> bool:
    """Whether a change only closes: flows gone or with fewer ports, tenants frozen, all else word for word what it was.

    Judged on what is declared, because a change that closes one flow could slip in anything else that nobody derives anything from. No
    change at all closes nothing.
    """
    if _rest(before, "flows", "sites") != _rest(after, "flows", "sites") or before.sites.keys() != after.sites.keys():
        return False
    pairs = [(before.sites[name], after.sites[name]) for name in before.sites]
    same = before.flows == after.flows and all(old.tenants == new.tenants for old, new in pairs)
    return not same and _fewer(before.flows, after.flows) and all(_site_closes(old, new) for old, new in pairs)


def _rest(value: Estate | SiteEstate, *left_out: str) -> list[object]:
    """All fields but some; where things are written is none of their values."""
    return [getattr(value, row.name) for row in fields(value) if row.name not in (*left_out, "locator")]


def _site_closes(before: SiteEstate, after: SiteEstate) -> bool:
    if _rest(before, "tenants") != _rest(after, "tenants") or len(before.tenants) != len(after.tenants):
        return False
    return all(_tenant_closes(old, new) for old, new in zip(before.tenants, after.tenants, strict=True))


def _tenant_closes(before: Tenant, after: Tenant) -> bool:
    """The same tenant with fewer ways, frozen perhaps."""
    frozen = after.state is TenantState.FROZEN and before.state is TenantState.ACTIVE
    bare = {"flows": TenantFlows(), "state": TenantState.FROZEN}
    return (
        (frozen or after.state is before.state)
        and before.model_copy(update=bare) == after.model_copy(update=bare)
        and _fewer(before.flows.ingress, after.flows.ingress)
        and _fewer(before.flows.egress, after.flows.egress)
    )


def _fewer(before: Iterable[Way], after: Iterable[Way]) -> bool:
    """Whether every way was there before, with these ports at least."""
    known = tuple(before)
    return all(any(_within(way, old) for old in known) for way in after)


def _within(way: Way, old: Way) -> bool:
    return way.model_copy(update={"ports": old.ports}) == old and set(way.ports) <= set(old.ports)
