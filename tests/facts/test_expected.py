"""What the blueprint of the real estate makes us expect."""

from __future__ import annotations

from collections import Counter

import pytest

from infra.blueprint.types import SitePlan
from infra.facts.compare import compare
from infra.facts.expected import expected
from infra.facts.types import Difference, Fact, Kind, Observation
from tests.real import blueprint

SITES = [blueprint().site("province"), blueprint().site("suqian")]


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.id)
def test_every_kind_of_thing_is_expected_once(site: SitePlan) -> None:
    """A kind that nothing is expected of would never be missed; two facts of one identity would hide each other."""
    facts = expected(site)
    assert {fact.kind for fact in facts} == set(Kind) - {Kind.OTHER}
    assert [identity for identity, count in Counter((fact.kind, fact.key) for fact in facts).items() if count > 1] == []


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.id)
def test_whatever_is_missing_extra_or_different_is_seen_in_every_kind(site: SitePlan) -> None:
    facts = expected(site)
    assert compare(site.id, facts, Observation(facts)).disagreements == ()
    for fact in {fact.kind: fact for fact in facts}.values():
        without = Observation(tuple(other for other in facts if other is not fact))
        assert [(row.difference, row.key) for row in compare(site.id, facts, without).disagreements] == [
            (Difference.MISSING, fact.key)
        ]
        planted = Fact(fact.kind, "planted", fact.values, "4711")
        assert [
            (row.difference, row.key) for row in compare(site.id, facts, Observation((*facts, planted))).disagreements
        ] == [(Difference.EXTRA, "planted")]
        for name in fact.values:
            changed = Fact(fact.kind, fact.key, {**fact.values, name: "changed"})
            found = Observation((*without.facts, changed))
            assert [(row.difference, row.property) for row in compare(site.id, facts, found).disagreements] == [
                (Difference.DIFFERENT, name)
            ]
