from __future__ import annotations

from infra.facts.compare import compare
from infra.facts.types import Difference, Disagreement, Fact, Kind, Observation

NET = Fact(Kind.NETWORK, "a-net", {"共享": "否", "外部": "否"})
RULE = Fact(Kind.RULE, "a-group ingress IPv4 tcp 443-443 10.0.0.0/8")


def rows(expected: tuple[Fact, ...], *observed: Fact) -> list[Disagreement]:
    return list(compare("a", expected, Observation(observed)).disagreements)


def test_a_cloud_that_is_as_expected_has_no_rows_and_says_how_much_was_looked_at() -> None:
    result = compare("a", (NET, RULE), Observation((RULE, NET)))
    assert result.disagreements == ()
    assert result.expected == result.observed == {Kind.NETWORK: 1, Kind.RULE: 1}


def test_what_the_cloud_lacks_is_missing() -> None:
    assert rows((NET, RULE), NET) == [Disagreement("a", Difference.MISSING, Kind.RULE, RULE.key)]


def test_what_nobody_declared_is_extra_and_can_be_found_by_its_id() -> None:
    planted = Fact(Kind.RULE, "a-group ingress IPv4 any any 0.0.0.0/0", cloud_id="4711")
    assert rows((RULE,), RULE, planted) == [
        Disagreement("a", Difference.EXTRA, Kind.RULE, planted.key, observed="id=4711")
    ]


def test_a_changed_property_is_different_and_names_both_values() -> None:
    opened = Fact(Kind.NETWORK, "a-net", {"共享": "是", "外部": "否"}, "4711")
    assert rows((NET,), opened) == [Disagreement("a", Difference.DIFFERENT, Kind.NETWORK, "a-net", "共享", "否", "是")]


def test_a_property_that_only_one_side_knows_is_different() -> None:
    """A property that is forgotten on one side must not pass as equal."""
    assert rows((NET,), Fact(Kind.NETWORK, "a-net", {"共享": "否"})) == [
        Disagreement("a", Difference.DIFFERENT, Kind.NETWORK, "a-net", "外部", "否", "")
    ]


def test_a_second_thing_of_the_same_name_is_extra() -> None:
    """Neutron makes a second network of one name without a word; the one that is as expected counts."""
    second = Fact(Kind.NETWORK, "a-net", {"共享": "是", "外部": "否"}, "4711")
    assert rows((NET,), second, NET) == [
        Disagreement("a", Difference.EXTRA, Kind.NETWORK, "a-net", observed="共享=是 外部=否 id=4711")
    ]


def test_the_same_rule_of_two_kinds_is_not_mixed_up() -> None:
    as_port = Fact(Kind.PORT, NET.key, NET.values)
    assert [row.difference for row in rows((NET,), as_port)] == [Difference.MISSING, Difference.EXTRA]
