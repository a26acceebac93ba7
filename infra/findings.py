"""One type says every problem that a person can mend: the finding.

Exceptions are for us and for the world (`infra/errors.py`); what somebody wrote wrongly is a `Finding`, collected, never raised.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Enforcement(StrEnum):
    """What a finding does: block now, inform, or block from a date on."""

    MANDATORY = "mandatory"
    ADVISORY = "advisory"
    BY_DATE = "by_date"


class Verdict(StrEnum):
    """The three answers of a check. `UNCHECKED` (could not look) is never counted as `OK`."""

    OK = "ok"
    VIOLATED = "violated"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, order=True, slots=True)
class Where:
    """A place that a person can open: file relative to the estate folder, 1-based line (0: the whole file), dotted field."""

    file: str
    line: int = 0
    field: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}:{self.field}" if self.field else place


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem in what was declared or derived, with the way out.

    `code`: rule id (`P09`) or reading code (`E…`). `wrong`: the offending value as text. `right`: what would be right.
    `source`: document and section the rule comes from, empty for shape errors. `site`: the site it belongs to, `None` for shared
    files (blast radius: architecture decision 3). `due`: only for `BY_DATE`. `owners`: whose consent an exception from it needs, by
    title, where a rule leaves that to those concerned.
    """

    code: str
    where: Where
    message: str
    wrong: str = ""
    right: str = ""
    source: str = ""
    enforcement: Enforcement = Enforcement.MANDATORY
    site: str | None = None
    subject: str = ""
    due: date | None = None
    owners: tuple[str, ...] = ()

    def blocks(self, today: date) -> bool:
        """Whether this finding stops a change on the given day."""
        if self.enforcement is Enforcement.BY_DATE:
            return self.due is not None and today >= self.due
        return self.enforcement is Enforcement.MANDATORY

    def sort_key(self) -> tuple[str, int, str, str, str]:
        return (self.where.file, self.where.line, self.code, self.where.field, self.message)
