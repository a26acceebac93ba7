"""Which stacks a command means, and in which order."""

from __future__ import annotations

import pytest

from infra.errors import UsageError
from infra.stacks import Stack, left_standing, needs, reverse, select

DEPLOYED = [
    Stack(site, layer)
    for site in ("province", "suqian")
    for layer in ("cloud", "identity", "network", "tenants", "platform")
]


def test_no_word_means_every_deployed_stack() -> None:
    """`govnet up` without words is the whole province."""
    assert select(DEPLOYED, []) == tuple(DEPLOYED)


def test_a_site_means_its_layers_and_a_stack_means_itself() -> None:
    """Words add up; a stack meant twice is done once."""
    chosen = select(DEPLOYED, ["suqian", "province.cloud", "suqian.network"])
    assert [str(stack) for stack in chosen] == [
        "province.cloud",
        "suqian.cloud",
        "suqian.identity",
        "suqian.network",
        "suqian.tenants",
        "suqian.platform",
    ]


def test_every_unknown_word_is_named_at_once() -> None:
    """Two typing mistakes are two names in one message, with what exists."""
    with pytest.raises(UsageError) as caught:
        select(DEPLOYED, ["sugian", "suqian.netwrok", "suqian"])
    assert caught.value.message == "没有这样的站点或栈：sugian、suqian.netwrok。"
    assert "province、suqian" in caught.value.remedy


def test_a_layer_waits_for_the_lower_layers_of_its_own_site_alone() -> None:
    """Sites share no state, so that one city never waits for another."""
    order = needs(DEPLOYED)
    assert order[Stack("suqian", "network")] == {Stack("suqian", "cloud"), Stack("suqian", "identity")}
    assert order[Stack("province", "cloud")] == frozenset()


def test_a_layer_alone_waits_for_nothing() -> None:
    """Order is among what was asked for: `govnet up suqian.tenants` does not touch the layers below."""
    alone = Stack("suqian", "tenants")
    assert needs([alone]) == {alone: frozenset()}


def test_taking_down_goes_backwards() -> None:
    """The cloud layer is last: its project holds everything else."""
    order = reverse(needs(DEPLOYED))
    assert order[Stack("suqian", "tenants")] == frozenset()
    assert order[Stack("suqian", "cloud")] == {
        Stack("suqian", layer) for layer in ("identity", "network", "tenants", "platform")
    }


def test_tenants_and_machines_wait_for_nothing_of_each_other() -> None:
    """Both stand on the network."""
    order = needs(DEPLOYED)
    assert Stack("suqian", "network") in order[Stack("suqian", "tenants")] & order[Stack("suqian", "platform")]
    assert Stack("suqian", "tenants") not in order[Stack("suqian", "platform")]


def test_what_stands_on_a_stack_that_goes_is_named() -> None:
    """Machines hold ports in the zones' networks: a network alone cannot go."""
    network, tenants, platform = (Stack("suqian", layer) for layer in ("network", "tenants", "platform"))
    assert left_standing([network], DEPLOYED) == [tenants, platform]
    assert left_standing([network, platform], DEPLOYED) == [tenants]
    assert left_standing([tenants], DEPLOYED) == []
    assert left_standing(DEPLOYED, DEPLOYED) == []
