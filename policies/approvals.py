"""Approval numbers are references into a register, not strings: what a cited document must be to carry what cites it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from infra.model.enums import ApprovalKind, AuthorityKind
from infra.model.estate import Estate


def objections(
    estate: Estate, approval_id: str, *, kind: ApprovalKind, subject: str, day: date, by: frozenset[AuthorityKind]
) -> Iterator[str]:
    """Why a cited approval does not carry what cites it, one Chinese clause each; none if it does.

    It must be in the register, of the kind that is needed, for exactly this subject, in force on the day, and given by a body of one of
    the kinds `by` (empty: whoever it was).
    """
    approval = estate.approvals.get(approval_id)
    if approval is None:
        yield "没有批准登记"
        return
    if approval.kind is not kind:
        yield f"批准 {approval.number} 批的是{approval.kind.label}（{approval.kind.value}），不是{kind.label}（{kind.value}）"
    if approval.subject != subject:
        yield f"批准 {approval.number} 是给 {approval.subject} 的，不是给 {subject} 的"
    if approval.issued > day or (approval.expires and approval.expires < day):
        yield f"批准 {approval.number} 不在有效期内"
    authority = estate.authority(approval.issuer)
    if by and (authority is None or authority.kind not in by):
        given = authority.title if authority else approval.issuer
        wanted = "或".join(sorted(row.label for row in by))
        yield f"批准 {approval.number} 由{given}作出，应由{wanted}作出"
