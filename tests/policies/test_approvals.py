"""Every place that cites an approval is held to the register; a new one has to say by whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from infra.model.base import Model
from infra.model.enums import ApprovalKind, AuthorityKind
from infra.model.schemas import MODELS
from policies.approvals import objections
from tests.small import small

JUDGED_BY = {
    ("InternetEgress", "approval"): "P03",
    ("SealedSite", "approval"): "P09",
    ("AnnualPlan", "approval"): "P16",
    ("Project", "papers"): "P17",
    ("Waiver", "approvals"): "W03",
}
"""Model and field that cite entries of the register → what judges the citation."""


def models(found: type[Model]) -> Iterator[type[Model]]:
    yield found
    for below in found.__subclasses__():
        yield from models(below)


def test_every_citation_is_judged() -> None:
    """A field that cites an approval and is not in the table would be believed whatever it says."""
    assert MODELS  # imports every model
    citing = {
        (model.__name__, name)
        for model in models(Model)
        for name in model.model_fields
        if name in ("approval", "approvals", "papers")
    }
    assert citing == set(JUDGED_BY)


def cited(approval: str, **values: object) -> list[str]:
    wanted: dict[str, object] = {
        "kind": ApprovalKind.INTERNET_EGRESS,
        "subject": "site:province",
        "day": date(2026, 11, 23),
        "by": frozenset({AuthorityKind.COMPETENT_OFFICE}),
    }
    return list(objections(small(), approval, **(wanted | values)))  # type: ignore[arg-type]  # one value is another, as said


def test_a_document_that_carries_what_cites_it() -> None:
    assert cited("province_egress") == []
    assert cited("province_egress", by=frozenset()) == []


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"kind": ApprovalKind.PROJECT}, "批的是互联网出口（internet_egress），不是项目（project）"),
        ({"subject": "site:suqian"}, "是给 site:province 的，不是给 site:suqian 的"),
        ({"day": date(2025, 1, 1)}, "不在有效期内"),
        ({"by": frozenset({AuthorityKind.FINANCE})}, "由省数据局（省政务办）作出，应由财政部门作出"),
    ],
)
def test_a_document_that_does_not(values: dict[str, object], said: str) -> None:
    """Another kind, another subject, too early, another body."""
    (found,) = cited("province_egress", **values)
    assert said in found


def test_a_number_that_is_not_there() -> None:
    assert cited("nobody_issued_this") == ["没有批准登记"]
