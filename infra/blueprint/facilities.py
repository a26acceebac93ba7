"""What departments have of their own: nothing is made of it, but a change of it is seen."""

from __future__ import annotations

from collections.abc import Iterator

from infra.blueprint.carried import FacilityPlan
from infra.model.base import Model
from infra.model.estate import SiteEstate
from infra.model.facility import Facility

_NAMED = frozenset(Facility.model_fields)
"""Fields that every facility has, and the plan has fields for."""


def at_site(site: SiteEstate) -> tuple[FacilityPlan, ...]:
    """The facilities that a site declares, by sort and id."""
    plans = [_plan(sort, row) for sort, rows in site.facilities.sorts().values() for row in rows]
    return tuple(sorted(plans, key=lambda plan: plan.declared_by))


def _plan(sort: str, row: Facility) -> FacilityPlan:
    return FacilityPlan(
        id=row.id,
        sort=sort,
        title=row.title,
        department=row.department,
        owner=row.owner,
        operator=row.operator,
        facts=tuple(sorted(_facts(row, _NAMED))),
        declared_by=f"{sort}:{row.id}",
    )


def _facts(row: Model, without: frozenset[str], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every field that was said, dotted, as text."""
    for name in type(row).model_fields:
        value = getattr(row, name)
        if isinstance(value, Model):
            yield from _facts(value, frozenset(), f"{prefix}{name}.")
        elif name not in without and value is not None:
            yield f"{prefix}{name}", str(value)
