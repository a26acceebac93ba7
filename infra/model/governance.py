"""approvals/, waivers/ and plans/: who allowed what until when, and what is paid from where."""

from __future__ import annotations

from pydantic import Field

from infra.model.base import Count, Day, Id, Model, Text, Whole
from infra.model.enums import ApprovalKind


class Approval(Model):
    """An entry of the approvals register. `number`: 批准文号. `subject`: reference of the declared thing, such as `site:province`.

    `example`: shown as 示例 wherever it appears, because the number was never issued by anybody.
    """

    id: Id
    kind: ApprovalKind
    number: Text
    issuer: Text
    issued: Day
    expires: Day | None = None
    subject: Text
    scope: Text
    example: bool = False


class Waiver(Model):
    """An exception from one rule for one declared thing; it ends."""

    id: Id
    rule: Text = Field(pattern=r"^P[0-9]{2}$")
    subject: Text
    approval: Id
    reason: Text
    expires: Day


class BudgetLine(Model):
    """Money of a plan entry, in yuan. `spent`: what other projects have taken already."""

    id: Id
    title: Text
    amount: Count
    spent: Count = 0


class PlanEntry(Model):
    """A project of the year (document 003, four (4)): without one there is no money. `key`: whether it needs the whole approval chain."""

    id: Id
    title: Text
    owner: Text
    key: bool = False
    lines: tuple[BudgetLine, ...] = Field(min_length=1)


class AnnualPlan(Model):
    """The plan of a year and the number under which it was issued."""

    id: Id
    year: Whole = Field(ge=2016, le=2100)
    number: Text
    issuer: Text
    entries: tuple[PlanEntry, ...] = Field(min_length=1)
    example: bool = False
