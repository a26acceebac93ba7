"""On the real cloud, with everything standing: what somebody registers by hand is refused, and nothing is created."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from infra import names, stackfiles
from infra.cli.verified import disagreements
from infra.cli.verify import compared
from infra.engine import ROOT
from infra.observing.api import Api
from infra.observing.site import take
from infra.workspace import Workspace
from lab.places import default_places
from tests.attacks.harness import (
    HERE,
    PROGRAMS,
    Attack,
    Judge,
    Outcome,
    refused_by_the_guard_rail,
    refused_by_the_pack,
    run,
)
from tests.lab import clouds
from tests.lab.clouds import Cloud
from tests.lab.conftest import must
from tests.real import blueprint

SITE, STACK = "suqian", "suqian.tenants"
NAMED = (
    "network",
    "wider_rule",
    "floating_ip",
    "foreign_router_port",
    "rbac_share",
    "address_pairs",
    "waits_network",
    "waits_widening",
)
BY_IDS = ("foreign_router_port", "rbac_share")
"""Those that a preview knows by ids that only a standing cloud has. (All of them, with no cloud: tests/attacks.)"""
ALL = [Attack.read(path) for path in PROGRAMS]
BY_THE_PLAN = [attacked for attacked in ALL if attacked.plan and attacked.path.stem != "id_swapped_in_apply"]
"""On what stands; the other one has a test of its own, in which everything is made anew."""
WHAT_ATTACKS_MAKE = ("networks", "security-group-rules", "floatingips", "ports", "rbac-policies")


def attack(name: str) -> Attack:
    return Attack.read(HERE / "programs" / f"{name}.py")


@pytest.fixture
def workspace(estate_up: None, tmp_path: Path) -> Workspace:
    """The checkout's own stacks and state, with a project file that names the attacked program."""
    return replace(Workspace.open(ROOT, os.environ), project=tmp_path)


@pytest.fixture
def operator(estate_up: None) -> Cloud:
    return clouds.of("suqian-operator")


def standing(operator: Cloud) -> dict[str, list[str]]:
    """Ids of everything in the operator's project that an attack could have made."""
    found = {kind: operator.listed("network", f"/{kind}?fields=id") for kind in WHAT_ATTACKS_MAKE}
    assert found["ports"], json.dumps(found)
    return {kind: sorted(str(row["id"]) for row in rows) for kind, rows in found.items()}


@pytest.mark.parametrize("name", NAMED)
def test_a_plain_up_creates_nothing(name: str, workspace: Workspace, operator: Cloud) -> None:
    """Straight to the update, with no preview before it: the guard rail refuses before anything is asked of the cloud."""
    before = standing(operator)
    outcome = run(workspace, attack(name), "up", "--yes", "--skip-preview", judge=Judge.GUARD_RAIL)
    refused_by_the_guard_rail(outcome, attack(name))
    assert standing(operator) == before


@pytest.mark.parametrize("name", BY_IDS)
def test_the_pack_refuses_at_preview(name: str, workspace: Workspace, operator: Cloud) -> None:
    """The guard rail is off; ids of this stack and of others are known by now."""
    before = standing(operator)
    outcome = run(workspace, attack(name), "up", "--yes", judge=Judge.PACK)
    refused_by_the_pack(outcome, attack(name))
    assert standing(operator) == before


def test_an_id_swapped_in_an_apply_is_known_by_now(workspace: Workspace, operator: Cloud) -> None:
    """When the group exists, its id is known, and another's stands out, in the preview already."""
    outcome = run(workspace, attack("id_swapped_in_apply"), "up", "--yes", judge=Judge.GUARD_RAIL)
    refused_by_the_guard_rail(outcome, attack("id_swapped_in_apply"))


def planned(workspace: Workspace, attacked: Attack) -> Outcome:
    """What `govnet up` does, without the guard rail: a preview that the pack judges and finds nothing in, then its plan and no judge."""
    plan = str(workspace.project / "plan.json")
    preview = run(workspace, attacked, "preview", "--save-plan", plan, judge=Judge.PACK)
    assert preview.code == 0, preview.said
    return run(workspace, attacked, "up", "--yes", "--skip-preview", "--plan", plan, judge=Judge.NOBODY)


def told_by_verify() -> list[str]:
    """How the site's cloud differs from the blueprint, as `govnet verify` says it."""
    cloud = take(Api(default_places().clouds_file, stackfiles.stack_cloud(ROOT, SITE, "cloud")), names.domain(SITE))
    return list(disagreements(compared(blueprint(), SITE, cloud)))


@pytest.mark.parametrize("attacked", BY_THE_PLAN, ids=lambda attacked: attacked.path.stem)
def test_what_waits_for_the_real_run_is_not_in_the_plan(
    attacked: Attack, workspace: Workspace, operator: Cloud
) -> None:
    """The engine does what was previewed and nothing else; what stands is left as it is."""
    before = standing(operator)
    outcome = planned(workspace, attacked)
    assert attacked.plan in outcome.said, outcome.said
    assert outcome.code != 0, outcome.said
    assert standing(operator) == before
    assert told_by_verify() == []


def test_what_goes_past_the_engine_is_found_afterwards(workspace: Workspace, operator: Cloud) -> None:
    attacked = attack("past_the_engine")
    try:
        assert planned(workspace, attacked).code == 0
        assert [line for line in told_by_verify() if line.startswith(attacked.verify)]
    finally:
        made = operator.one("network", "/networks", "suqian-shuili-net")
        operator.must("DELETE", "network", f"/networks/{made['id']}")
    assert told_by_verify() == []


def test_an_id_that_is_not_known_yet_is_still_known_to_be_anothers(workspace: Workspace) -> None:
    """Everything of the stack is made by the attack, so that the plan cannot know what ids will be; it knows of what they are."""
    attacked = attack("id_swapped_in_apply")
    must("down", STACK, "--yes")
    try:
        outcome = planned(workspace, attacked)
        assert attacked.plan in outcome.said, outcome.said
        assert outcome.code != 0, outcome.said
    finally:
        must("up", STACK)
    assert told_by_verify() == []


def test_every_attack_that_a_preview_cannot_see_through_is_tried() -> None:
    assert len(BY_THE_PLAN) >= 3
    assert [attacked.path.stem for attacked in ALL if attacked.verify] == ["past_the_engine"]
