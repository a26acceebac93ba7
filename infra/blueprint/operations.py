"""Operations as the blueprint has them: who stands watch over a site, what is offered, what is done in an incident, how fresh data must be."""

from __future__ import annotations

from dataclasses import dataclass

from infra.model.estate import Estate, SiteEstate
from infra.model.operations import Playbook, Shift


@dataclass(frozen=True, slots=True)
class ShiftPlan:
    """A watch: the post that stands it, on these days (values of `Weekday`), from `start` to `end`."""

    title: str
    post: str
    days: tuple[str, ...]
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class ExercisePlan:
    """The last drill of a playbook at a site. `current`: of the playbook as it stands now; an older one has not been tried."""

    playbook: str
    begun: str
    by: str
    passed: bool
    current: bool
    declared_by: str


@dataclass(frozen=True, slots=True)
class DutyPlan:
    """Who watches over a site: the desk, how it is reached (empty: not registered), and the watches of its week."""

    desk: str
    phone: str
    pattern: str
    shifts: tuple[ShiftPlan, ...]
    declared_by: str


@dataclass(frozen=True, slots=True)
class OfferPlan:
    """A service of operations; `post` by its title."""

    id: str
    title: str
    hours: str
    respond_minutes: int
    restore_minutes: int
    post: str
    procedure: str
    declared_by: str


@dataclass(frozen=True, slots=True)
class StepPlan:
    """A step of a playbook: `check` (a value of `IncidentCheck`) or `ask`, the other is empty; `post` by its title."""

    id: str
    title: str
    post: str
    within_minutes: int
    check: str
    ask: str
    procedure: str


@dataclass(frozen=True, slots=True)
class PlaybookPlan:
    """What is done, in order, when something has happened. `seal`: SHA-256 of it as declared."""

    id: str
    title: str
    trigger: str
    severity: str
    seal: str
    steps: tuple[StepPlan, ...]
    declared_by: str


@dataclass(frozen=True, slots=True)
class FreshnessPlan:
    """How old an item of the catalogue may be. `system`: reference of what keeps it; `sources`: the departments that answer for it."""

    id: str
    title: str
    system: str
    sources: tuple[str, ...]
    max_age_hours: int
    declared_by: str


@dataclass(frozen=True, slots=True)
class OperationsPlan:
    """What the whole province has of operations."""

    offers: tuple[OfferPlan, ...] = ()
    playbooks: tuple[PlaybookPlan, ...] = ()
    freshness: tuple[FreshnessPlan, ...] = ()


def duty(estate: Estate, site: SiteEstate) -> DutyPlan | None:
    """Who watches over a site; `None` only where nothing was declared of it at all."""
    roster = next((row for row in estate.duty.rosters if row.site == site.id), None) if estate.duty else None
    if estate.duty is None or roster is None:
        return None
    titles, pattern = _posts(estate), next(row for row in estate.duty.patterns if row.id == roster.pattern)
    shifts = tuple(_shift(row, titles) for row in pattern.shifts)
    return DutyPlan(roster.desk, roster.phone or "", pattern.title, shifts, f"duty:{site.id}")


def exercises(estate: Estate, site: SiteEstate) -> tuple[ExercisePlan, ...]:
    """The last drill of every playbook that was tried at a site."""
    last = {row.playbook: row for row in sorted(site.exercises, key=lambda row: row.begun)}
    seals = {row.id: estate.seal(f"playbook:{row.id}") for row in estate.playbooks}
    return tuple(
        ExercisePlan(
            row.playbook,
            row.begun,
            row.by,
            row.passed,
            row.playbook_seal == seals.get(row.playbook),
            f"exercise:{site.id}/{row.id}",
        )
        for _, row in sorted(last.items())
    )


def operations(estate: Estate) -> OperationsPlan:
    """Everything that is the same at all sites."""
    titles = _posts(estate)
    offers = tuple(
        OfferPlan(
            row.id,
            row.title,
            row.hours.value,
            row.respond_minutes,
            row.restore_minutes,
            titles.get(row.post, row.post),
            row.procedure or "",
            f"offer:{row.id}",
        )
        for row in sorted(estate.offers, key=lambda row: row.id)
    )
    playbooks = tuple(_playbook(estate, row, titles) for row in sorted(estate.playbooks, key=lambda row: row.id))
    promised = [(row, row.max_age_hours) for found in estate.catalogues.values() for row in found.items]
    freshness = tuple(
        FreshnessPlan(row.id, row.title, row.system, row.sources, hours, f"item:{row.id}")
        for row, hours in sorted(promised, key=lambda pair: pair[0].id)
        if hours is not None
    )
    return OperationsPlan(offers, playbooks, freshness)


def _posts(estate: Estate) -> dict[str, str]:
    return {row.id: row.title for row in estate.duty.posts} if estate.duty else {}


def _shift(row: Shift, titles: dict[str, str]) -> ShiftPlan:
    return ShiftPlan(row.title, titles[row.post], tuple(day.value for day in row.days), row.start, row.end)


def _playbook(estate: Estate, row: Playbook, titles: dict[str, str]) -> PlaybookPlan:
    steps = tuple(
        StepPlan(
            step.id,
            step.title,
            titles.get(step.post, step.post),
            step.within_minutes,
            step.check.value if step.check else "",
            step.ask or "",
            step.procedure or "",
        )
        for step in row.steps
    )
    seal, severity = estate.seal(f"playbook:{row.id}") or "", row.severity.value
    return PlaybookPlan(row.id, row.title, row.trigger, severity, seal, steps, f"playbook:{row.id}")
