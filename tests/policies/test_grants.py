"""Who consents to what: nobody's silence is a consent, and nobody's consent is another's."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from infra.model.enums import AuthorityKind
from infra.model.province import Authority
from policies.grants import Grant, Grantor

ENOUGH: dict[Grantor, Sequence[tuple[AuthorityKind, str | None]]] = {
    Grantor.LEADING_GROUP: [(AuthorityKind.LEADING_GROUP, None)],
    Grantor.OFFICE: [(AuthorityKind.COMPETENT_OFFICE, None)],
    Grantor.LOCAL_OFFICE: [(AuthorityKind.COMPETENT_OFFICE, "suqian")],
    Grantor.DRC: [(AuthorityKind.DRC, None)],
    Grantor.FINANCE: [(AuthorityKind.FINANCE, None)],
    Grantor.CENTRAL: [(AuthorityKind.CENTRAL, None)],
    Grantor.ASSESSOR: [(AuthorityKind.ASSESSOR, None)],
    Grantor.BOTH_OWNERS: [(AuthorityKind.OWNER, None), (AuthorityKind.OWNER, "suqian")],
}
"""For a subject of suqian: the fewest bodies that are enough."""


def bodies(*told: tuple[AuthorityKind, str | None]) -> list[Authority]:
    return [
        Authority(id=f"body_{number}", kind=kind, title="某机构", basis="某文件", site=site)
        for number, (kind, site) in enumerate(told)
    ]


@pytest.mark.parametrize("grantor", Grantor, ids=lambda grantor: grantor.name)
def test_a_consent_takes_its_own_bodies_and_all_of_them(grantor: Grantor) -> None:
    """Every body but one of those that are needed is not enough, whoever else is there."""
    needed = ENOUGH[grantor]
    assert grantor.consents(bodies(*needed), "suqian")
    assert not grantor.consents([], "suqian")
    assert not grantor.consents(bodies(*needed[1:]), "suqian")
    others = [row for other, rows in ENOUGH.items() if other is not grantor for row in rows]
    assert not grantor.consents(bodies(*(row for row in others if row not in needed)), "suqian")


def test_the_office_of_another_city_is_not_the_own_one() -> None:
    """What belongs to the province or the DR centre has the province's."""
    assert not Grantor.LOCAL_OFFICE.consents(bodies((AuthorityKind.COMPETENT_OFFICE, "nanjing")), "suqian")
    for place in (None, "province", "dr"):
        assert Grantor.LOCAL_OFFICE.consents(bodies((AuthorityKind.COMPETENT_OFFICE, None)), place)
        assert not Grantor.LOCAL_OFFICE.consents(bodies((AuthorityKind.COMPETENT_OFFICE, "suqian")), place)


def test_a_body_that_consents_twice_consents_once() -> None:
    (owner,) = bodies((AuthorityKind.OWNER, None))
    assert not Grant(((Grantor.BOTH_OWNERS,),)).given_by([owner, owner], "suqian")
