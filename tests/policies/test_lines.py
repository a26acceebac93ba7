"""What is lost together is lost together: the backbone's graph under every kind of loss."""

from __future__ import annotations

import pytest

from infra.blueprint.carried import BackbonePlan, TrunkPlan
from infra.model.enums import TrunkRole
from policies.lines import Lines


def lines(*rows: str, emergency: bool = False) -> Lines:
    """Lines written as `a-b conduit`, an emergency one with `!` at its end."""
    trunks = []
    for number, row in enumerate(rows):
        ends, conduit = row.removesuffix("!").split(" ")
        a, b = ends.split("-")
        role = TrunkRole.EMERGENCY if row.endswith("!") else TrunkRole.MAIN
        trunks.append(TrunkPlan(str(number), a, b, role.value, "fibre", "x", conduit, 1000, "", "x", f"trunk:{number}"))
    return Lines(BackbonePlan(trunks=tuple(trunks)), emergency=emergency)


@pytest.mark.parametrize(
    ("rows", "weak"),
    [
        (["n-top east", "n-top west"], None),
        (["n-top east", "n-top east"], "管道 east"),
        (["n-top east", "n-top west!"], "管道 east"),
        (["n-a one", "a-top two", "n-b three", "b-top four"], None),
        (["n-a one", "a-top two", "n-a three", "a-top four"], "节点 a"),
        (["n-a one", "a-top two", "n-b three", "b-top two"], "管道 two"),
        (["n-a one", "n-b two", "a-b three", "b-top four"], "管道 four"),
        (["a-top one"], "节点 n"),
    ],
)
def test_two_disjoint_ways_are_asked_of_the_graph(rows: list[str], weak: str | None) -> None:
    """Not of the number of lines: a shared conduit or a shared node makes one way of two."""
    assert lines(*rows).weak_point("n", ["top"]) == weak


def test_any_of_several_nodes_above_will_do() -> None:
    """One line to each of two cores is as good as two lines to one."""
    assert lines("n-one east", "n-two west").weak_point("n", ["one", "two"]) is None


def test_emergency_lines_carry_only_when_asked_for() -> None:
    """They are no uplink, and they are the way out when the others are lost."""
    rows = ["a-b east", "a-b radio!"]
    assert lines(*rows).way("a", {"b"}, conduits={"east"}) is None
    way = lines(*rows, emergency=True).way("a", {"b"}, conduits={"east"})
    assert way is not None
    assert [trunk.conduit for trunk in way] == ["radio"]
