"""operations/: operations as data (document 004, three (2) 6: 运维服务内容、运维服务组织、运维服务规范). Posts, never persons."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Annotated

from pydantic import AfterValidator, Field

from infra.model.base import Count, Id, Model, Text, Whole, wrong
from infra.model.enums import ExerciseResult, Hours, IncidentCheck, Severity, Weekday

HOUR, DAY, WEEK = 60, 24 * 60, 7 * 24 * 60
"""In minutes, as all times here; a week begins on Monday at midnight."""

_TIME = re.compile(r"^([01][0-9]|2[0-3]):[0-5][0-9]$")


def _time(value: str) -> str:
    if not _TIME.match(value):
        raise wrong("时刻应写成 时:分，加引号", '"08:00"')
    return value


Time = Annotated[str, AfterValidator(_time), Field(json_schema_extra={"pattern": _TIME.pattern})]
"""A time of the day in China, quoted in YAML."""


# --- who is there -----------------------------------------------------------------------------------------------------
class Post(Model):
    """A post of operations (岗位) and what it answers for."""

    id: Id
    title: Text
    duties: Text


class Shift(Model):
    """A watch that a post stands, on these days from one time to another; one that ends no later than it begins goes on past midnight."""

    title: Text
    post: Id
    days: tuple[Weekday, ...] = Field(default=tuple(Weekday), min_length=1)
    start: Time = Field(alias="from")
    end: Time = Field(alias="to")

    @property
    def minutes(self) -> int:
        """How long it is."""
        return (_minute(self.end) - _minute(self.start)) % DAY or DAY

    def spans(self) -> Iterator[tuple[int, int]]:
        """The parts of the week that it covers; what goes past Sunday's midnight is at the beginning of the week."""
        for day in self.days:
            begin = list(Weekday).index(day) * DAY + _minute(self.start)
            end = begin + self.minutes
            yield begin, min(end, WEEK)
            if end > WEEK:
                yield 0, end - WEEK


class Pattern(Model):
    """A week's pattern of watches: at every minute exactly one is stood (document 002, three (1) 2: 必须按7*24小时不间断保持畅通)."""

    id: Id
    title: Text
    shifts: tuple[Shift, ...] = Field(min_length=1)


class Roster(Model):
    """Who watches over a site: the desk, how it is reached (none: not registered yet), and the pattern of its week."""

    site: Id
    desk: Text
    phone: Text | None = None
    pattern: Id


class Duty(Model):
    """operations/duty.yaml: 值班."""

    posts: tuple[Post, ...] = Field(min_length=1)
    patterns: tuple[Pattern, ...] = Field(min_length=1)
    rosters: tuple[Roster, ...] = Field(min_length=1)
    example: bool = False


def unwatched(shifts: Iterable[Shift]) -> tuple[tuple[int, int], ...]:
    """The parts of a week in which nobody stands watch."""
    holes, covered = [], 0
    for begin, end in sorted(span for shift in shifts for span in shift.spans()):
        if begin > covered:
            holes.append((covered, begin))
        covered = max(covered, end)
    return tuple(holes if covered >= WEEK else [*holes, (covered, WEEK)])


def doubled(shifts: Iterable[Shift]) -> tuple[tuple[int, int], ...]:
    """The parts of a week in which more than one watch is stood, so that nobody knows whose it is."""
    found, covered = [], 0
    for begin, end in sorted(span for shift in shifts for span in shift.spans()):
        if begin < covered:
            found.append((begin, min(covered, end)))
        covered = max(covered, end)
    return tuple(found)


def moment(minute: int) -> str:
    """A minute of the week as people say it: `周六 08:00`; the end of the week is its last day's 24:00."""
    day, rest = divmod(minute, DAY)
    if day == len(Weekday):
        day, rest = day - 1, DAY
    return f"{list(Weekday)[day].label} {rest // HOUR:02}:{rest % HOUR:02}"


def _minute(time: str) -> int:
    hours, minutes = time.split(":")
    return int(hours) * HOUR + int(minutes)


# --- what is offered --------------------------------------------------------------------------------------------------
class Offer(Model):
    """A service of operations: when it is offered, how soon somebody answers, how soon it is done (minutes of its hours), and whose it is.

    `procedure`: name of the page in docs/procedures/ that says how it is done.
    """

    id: Id
    title: Text
    content: Text
    hours: Hours
    respond_minutes: Whole = Field(ge=1)
    restore_minutes: Whole = Field(ge=1)
    post: Id
    procedure: Id | None = None


class Offers(Model):
    """operations/services.yaml: 运维服务目录."""

    services: tuple[Offer, ...] = Field(min_length=1)
    example: bool = False


# --- what is done when something happens ------------------------------------------------------------------------------
class Step(Model):
    """A step of a playbook: either a `check` that our own program makes, or what the post is asked (`ask`), within so many minutes."""

    id: Id
    title: Text
    post: Id
    within_minutes: Whole = Field(ge=1, le=DAY)
    check: IncidentCheck | None = None
    ask: Text | None = None
    procedure: Id | None = None


class Playbook(Model):
    """事件预案 (document 000, 应急响应): when it is used, and its steps in order."""

    id: Id
    title: Text
    trigger: Text
    severity: Severity
    steps: tuple[Step, ...] = Field(min_length=1)


class Playbooks(Model):
    """operations/incidents.yaml."""

    playbooks: tuple[Playbook, ...] = Field(min_length=1)
    example: bool = False


# --- what was tried ---------------------------------------------------------------------------------------------------
EXERCISE_SIGNED_FOR = "govnet-exercise"
"""What a signature of an exercise is for (the namespace of `ssh-keygen -Y`): one made for something else is none."""


class StepTaken(Model):
    """How a step went: `seconds` from when it was due until it was done, interruptions included; `said`: the answer, or what failed."""

    step: Id
    seconds: Count
    result: ExerciseResult
    said: Text


class Exercise(Model):
    """An incident drill: which playbook was walked when, step by step. `steps`: in the playbook's order, all of them.

    `playbook_seal`: SHA-256 of the playbook as it was; a changed one has not been tried.
    """

    id: Id
    playbook: Id
    playbook_seal: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    begun: Text
    by: Text
    steps: tuple[StepTaken, ...] = Field(min_length=1)
    signature: Text

    @property
    def passed(self) -> bool:
        """Every step was done in time, and well."""
        return all(row.result is ExerciseResult.DONE for row in self.steps)

    def said(self) -> str:
        """What a signature is over: everything but itself, in one spelling."""
        return self.model_dump_json(exclude={"signature"})


class Exercises(Model):
    """sites/<site>/exercises.yaml: 事件演练记录."""

    exercises: tuple[Exercise, ...] = Field(min_length=1)
