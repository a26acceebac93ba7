"""Exceptions: a finding about exactly what a valid waiver names does not block; everything doubtful about a waiver is a finding itself.

A waiver with any flaw waives nothing. Time is an input, so that a waiver ends by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from infra.findings import Finding
from infra.model.enums import ApprovalKind, AuthorityKind
from infra.model.estate import Estate
from infra.model.governance import Waiver
from infra.model.province import Authority
from policies.approvals import objections
from policies.grants import GRANTS, Grant


class Flaw(StrEnum):
    """What can be wrong with a waiver that was read. (A wildcard or an unknown subject is refused when it is read.)"""

    NO_EXCEPTION = "W01"
    EXPIRED = "W02"
    NOT_COVERED = "W03"
    WRONG_BODY = "W04"
    TOO_LONG = "W05"
    CHANGED = "W06"
    UNUSED = "W07"


@dataclass(frozen=True, slots=True)
class InForce:
    """A waiver that holds today: what it waives, until when, and on which documents it rests (示例 ones say so)."""

    waiver: Waiver
    numbers: tuple[str, ...]
    findings: tuple[Finding, ...]

    def days_left(self, today: date) -> int:
        """Full days after today on which it still holds; 0 on its last day."""
        return (self.waiver.expires - today).days


@dataclass(frozen=True, slots=True)
class Applied:
    """Findings after waivers: those that stand (with the waivers' own flaws), and the waivers in force."""

    findings: tuple[Finding, ...]
    in_force: tuple[InForce, ...]


def apply(estate: Estate, findings: Iterable[Finding], judged: Iterable[str], today: date) -> Applied:
    """Take away what is waived. `judged`: the rules that ran to their end; only of those can it be said that a waiver is unused."""
    standing, in_force, flaws = list(findings), [], []
    known, complete = set(estate.references()), set(judged)
    for waiver in sorted(estate.waivers.values(), key=lambda row: row.id):
        if waiver.subject not in known or estate.seal(waiver.subject) is None:
            continue  # its subject's file is unsound, which is said there, and blocks there
        found = list(_flaws(estate, waiver, today))
        if not found:
            grant = GRANTS[waiver.rule]
            mine = tuple(row for row in standing if grant is not None and _waives(waiver, grant, row))
            if strangers := list(_unasked(estate, waiver, mine)):
                flaws += strangers
                continue
            standing = [row for row in standing if row not in mine]
            if mine:
                numbers = tuple(_number(estate, identity) for identity in waiver.approvals)
                in_force.append(InForce(waiver, numbers, mine))
            elif waiver.rule in complete:
                message = "例外没有用处：没有它，规则也不报这个对象"
                found = [_finding(estate, waiver, Flaw.UNUSED, "subject", message, waiver.subject, "删去这条例外")]
        flaws += found
    return Applied((*standing, *flaws), tuple(in_force))


def _waives(waiver: Waiver, grant: Grant, finding: Finding) -> bool:
    """Whether a finding is what the waiver is about. A rule that crashed has no subject, and no exception."""
    same = finding.code == waiver.rule and finding.subject == waiver.subject
    return same and not set(re.findall(r"\w+", finding.where.field)) & set(grant.but)


def _unasked(estate: Estate, waiver: Waiver, findings: Iterable[Finding]) -> Iterator[Finding]:
    """What the waiver would waive concerns owners whose consent it does not have."""
    consenting = {issuer.title for issuer in _issuers(estate, waiver) if issuer.kind is AuthorityKind.OWNER}
    if lacking := sorted({owner for row in findings for owner in row.owners} - consenting):
        message = f"{waiver.rule} 的例外没有经相关的责任单位同意"
        given = "、".join(sorted(consenting))
        yield _finding(estate, waiver, Flaw.WRONG_BODY, "approvals", message, given, f"{'、'.join(lacking)}的批准")


def _issuers(estate: Estate, waiver: Waiver) -> list[Authority]:
    cited = (estate.authority(estate.approvals[identity].issuer) for identity in waiver.approvals)
    return [row for row in cited if row is not None]


def _flaws(estate: Estate, waiver: Waiver, today: date) -> Iterator[Finding]:
    grant = GRANTS.get(waiver.rule)
    if grant is None:
        message = "这条规则没有例外，谁也不能批" if waiver.rule in GRANTS else "没有这条规则"
        yield _finding(estate, waiver, Flaw.NO_EXCEPTION, "rule", message, waiver.rule, "按规则改正声明，删去这条例外")
        return
    if waiver.expires < today:
        right = "按规则改正声明；确需延期的重新报批"
        yield _finding(estate, waiver, Flaw.EXPIRED, "expires", "例外已到期", str(waiver.expires), right)
    yield from _approvals(estate, waiver, grant, today)
    if waiver.seal != (seal := estate.seal(waiver.subject)):
        message = "批准之后对象变了，例外不再有效" if waiver.seal else "例外没有写明批准时对象的封条"
        right = f"seal: {seal}（先核对对象与批准的内容一致）"
        yield _finding(estate, waiver, Flaw.CHANGED, "seal", message, (waiver.seal or "")[:12], right)


def _approvals(estate: Estate, waiver: Waiver, grant: Grant, today: date) -> Iterator[Finding]:
    """Whether the documents that a waiver cites carry it: each for itself, and all together."""
    site = estate.site_of(waiver.subject)
    cited = [estate.approvals[identity] for identity in waiver.approvals]
    for number, approval in enumerate(cited):
        field = f"approvals[{number}]"
        for problem in objections(
            estate, approval.id, kind=ApprovalKind.WAIVER, subject=waiver.subject, day=today, by=frozenset()
        ):
            right = f"kind: waiver、subject: {waiver.subject} 的有效批准"
            yield _finding(estate, waiver, Flaw.NOT_COVERED, field, problem, approval.id, right)
        if waiver.rule not in approval.rules:
            message, right = f"批准 {approval.number} 没有免 {waiver.rule}", f"rules 含 {waiver.rule} 的批准"
            yield _finding(estate, waiver, Flaw.NOT_COVERED, field, message, approval.id, right)
        if approval.expires and waiver.expires > approval.expires:
            message, right = f"例外比批准 {approval.number} 还长", f"不晚于 {approval.expires}"
            yield _finding(estate, waiver, Flaw.TOO_LONG, "expires", message, str(waiver.expires), right)
        if grant.longest and waiver.expires > (latest := approval.issued + grant.longest):
            message = f"{waiver.rule} 的例外最长 {grant.longest.days} 天"
            yield _finding(estate, waiver, Flaw.TOO_LONG, "expires", message, str(waiver.expires), f"不晚于 {latest}")
    issuers = _issuers(estate, waiver)
    if not grant.given_by(issuers, site):
        given = "、".join(row.title for row in issuers)
        message = f"{waiver.rule} 的例外不能由这些机关批准"
        yield _finding(estate, waiver, Flaw.WRONG_BODY, "approvals", message, given, grant.words)


def _finding(estate: Estate, waiver: Waiver, flaw: Flaw, field: str, message: str, wrong: str, right: str) -> Finding:
    reference = f"waiver:{waiver.id}"
    where = estate.where(reference, field)
    site = estate.site_of(waiver.subject)
    return Finding(flaw.value, where, message, wrong=wrong, right=right, site=site, subject=reference)


def _number(estate: Estate, approval_id: str) -> str:
    approval = estate.approvals[approval_id]
    return f"{approval.number}（示例）" if approval.example else approval.number
