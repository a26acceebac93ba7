"""On the real cloud, with everything standing: what somebody registers by hand is refused, and nothing is created."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from infra.engine import ROOT
from infra.workspace import Workspace
from tests.attacks.harness import HERE, Attack, refused_by_the_guard_rail, refused_by_the_pack, run
from tests.lab import clouds
from tests.lab.clouds import Cloud

NAMED = ("network", "wider_rule", "floating_ip", "foreign_router_port", "rbac_share", "address_pairs")
BY_IDS = ("foreign_router_port", "rbac_share")
"""Those that a preview knows by ids that only a standing cloud has. (All of them, with no cloud: tests/attacks.)"""
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
    outcome = run(workspace, attack(name), "up", "--yes", "--skip-preview", guarded=True)
    refused_by_the_guard_rail(outcome, attack(name))
    assert standing(operator) == before


@pytest.mark.parametrize("name", BY_IDS)
def test_the_pack_refuses_at_preview(name: str, workspace: Workspace, operator: Cloud) -> None:
    """The guard rail is off; ids of this stack and of others are known by now."""
    before = standing(operator)
    outcome = run(workspace, attack(name), "up", "--yes", guarded=False)
    refused_by_the_pack(outcome, attack(name))
    assert standing(operator) == before


def test_an_id_swapped_in_an_apply_is_known_by_now(workspace: Workspace, operator: Cloud) -> None:
    """When the group exists, its id is known, and another's stands out, in the preview already."""
    outcome = run(workspace, attack("id_swapped_in_apply"), "up", "--yes", guarded=True)
    refused_by_the_guard_rail(outcome, attack("id_swapped_in_apply"))
