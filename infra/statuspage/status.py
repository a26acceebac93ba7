"""What the status page says, as values. What is not known is a value too (`Sign.UNKNOWN`, `None`), and never a good one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Sign(StrEnum):
    """How something is; the value is its name in the page's style sheet. `PLANNED`: it is not there yet, so nothing can be wrong with it."""

    BROKEN = "broken"
    WARNING = "warning"
    UNKNOWN = "unknown"
    GOOD = "good"
    PLANNED = "planned"


WORST_FIRST = tuple(Sign)


def worst(signs: Iterable[Sign]) -> Sign:
    """The worst of them; of nothing, nothing is known."""
    return min(signs, key=WORST_FIRST.index, default=Sign.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Trouble:
    """An alarm that is firing. `where`: machine or site; `since`: when it began; `owner`, `operator`: posts; `desk`: who stands watch."""

    sign: Sign
    title: str
    site: str
    where: str
    since: datetime | None
    summary: str
    owner: str
    operator: str
    desk: str
    phone: str
    procedure: str


@dataclass(frozen=True, slots=True)
class Place:
    """A site. `asked`, `answering`: machines that its monitor asks, and those that answered; `None`: the monitor said nothing, as `problem` says."""

    id: str
    title: str
    sign: Sign
    asked: int
    answering: int | None
    problem: str
    operator: str
    desk: str
    phone: str
    watch: str


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of a machine's data. `last`: when it was last taken well; `age_minutes`: of the data in it, beside the RPO; `drill`: the last one."""

    sign: Sign
    source: str
    site: str
    kept_at: str
    offsite: bool
    last: datetime | None
    age_minutes: int | None
    rpo_minutes: int
    drill: str
    reason: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """A shared data set with a promise. `updated`: when it was last renewed, if anybody measures it."""

    sign: Sign
    title: str
    updated: datetime | None
    limit_hours: int
    sources: str


@dataclass(frozen=True, slots=True)
class Available:
    """How much of the month a service answered: minutes seen, and minutes in which it did not answer (of those)."""

    sign: Sign
    site: str
    title: str
    seen_minutes: int
    down_minutes: int
    elapsed_minutes: int

    @property
    def percent(self) -> float | None:
        """Of the minutes seen; nothing seen is not known."""
        return 100 * (1 - self.down_minutes / self.seen_minutes) if self.seen_minutes else None


@dataclass(frozen=True, slots=True)
class LogChain:
    """The chain of a site's kept logs, when it was last gone through, and what was found."""

    sign: Sign
    site: str
    host: str
    checked: datetime | None
    said: str


@dataclass(frozen=True, slots=True)
class Source:
    """What the page was made from: when it was read, or why it could not be."""

    title: str
    read: datetime | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """Everything. `made`: when; `blueprint`: sha256 of the blueprint it was made by; `act`: the last line of the record of who did what."""

    province: str
    made: datetime
    blueprint: str
    places: tuple[Place, ...]
    troubles: tuple[Trouble, ...]
    copies: tuple[Copy, ...]
    datasets: tuple[Dataset, ...]
    available: tuple[Available, ...]
    logs: tuple[LogChain, ...]
    sources: tuple[Source, ...]
    act: str = ""

    @property
    def open_places(self) -> tuple[Place, ...]:
        return tuple(row for row in self.places if row.sign is not Sign.PLANNED)

    @property
    def planned_places(self) -> tuple[Place, ...]:
        return tuple(row for row in self.places if row.sign is Sign.PLANNED)

    @property
    def unknown(self) -> int:
        """How many things nobody knows about."""
        signs = [*(row.sign for row in self.places), *self._promises()]
        return sum(sign is Sign.UNKNOWN for sign in signs)

    @property
    def amiss(self) -> int:
        """How many copies, data sets, services and logs are not as promised."""
        return sum(sign in (Sign.BROKEN, Sign.WARNING) for sign in self._promises())

    @property
    def sign(self) -> Sign:
        """The worst of all that is not planned."""
        return worst([*(row.sign for row in self.open_places), *(row.sign for row in self.troubles), *self._promises()])

    def _promises(self) -> Iterator[Sign]:
        yield from (row.sign for row in self.copies)
        yield from (row.sign for row in self.datasets)
        yield from (row.sign for row in self.available)
        yield from (row.sign for row in self.logs)
