"""approvals/, waivers/, plans/ and projects/: who allowed what until when, and what is paid from where."""

from __future__ import annotations

from pydantic import Field

from infra.model.base import Count, Day, Id, Model, RuleId, Sha256, Text, Whole
from infra.model.enums import ApprovalKind, Paper, ProjectState


class Approval(Model):
    """An entry of the approvals register: a document that somebody issued.

    `number`: 批准文号. `issuer`: an authority of province.yaml. `subject`: reference of the declared thing, such as `site:province`.
    `rules`: for a waiver, the rules it excepts from. `scan`: SHA-256 of the scanned document, which is kept outside git.
    `example`: shown as 示例 wherever it appears, because the number was never issued by anybody; it alone may lack a scan.
    """

    id: Id
    kind: ApprovalKind
    number: Text
    issuer: Id
    issued: Day
    expires: Day | None = None
    subject: Text
    scope: Text
    rules: tuple[RuleId, ...] = ()
    scan: Sha256 | None = None
    example: bool = False


class Waiver(Model):
    """An exception from one rule for one declared thing; it ends (`expires` is the last day it holds).

    `approvals`: entries of the register, several where several bodies have to agree. `seal`: SHA-256 of the subject as it was when the
    exception was granted; the finding about a missing or broken seal prints the right one.
    """

    id: Id
    rule: RuleId
    subject: Text
    approvals: tuple[Id, ...] = Field(min_length=1)
    reason: Text
    expires: Day
    seal: Sha256 | None = None


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
    """The plan of a year. `approval`: the entry of the register by which it was issued."""

    id: Id
    year: Whole = Field(ge=2016, le=2100)
    approval: Id
    entries: tuple[PlanEntry, ...] = Field(min_length=1)
    example: bool = False


class Project(Model):
    """A project: what tenants and platforms are built by. `plan`, `line`: an entry of an annual plan and one of its budget lines.

    `starts`: the day on which its construction begins. `contractor`: who builds it (承建单位), once somebody does. `estimate`: 投资概算,
    in yuan. `papers`: which entry of approvals/ is which paper of it.
    """

    id: Id
    title: Text
    owner: Text
    contractor: Text | None = None
    state: ProjectState
    starts: Day
    plan: Id | None = None
    line: Id | None = None
    estimate: Count
    papers: dict[Paper, Id] = Field(default_factory=dict)
    example: bool = False
