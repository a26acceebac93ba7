"""What somebody registers by hand in the program is refused: by a plain `pulumi up`, and by the pack alone at preview."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.engine import Engine
from tests.attacks.harness import (
    LOOKALIKES,
    PROGRAMS,
    Attack,
    Judge,
    offline_workspace,
    refused_by_the_guard_rail,
    refused_by_the_pack,
    run,
)

ATTACKS = [Attack.read(path) for path in PROGRAMS]
NAMED = ("network", "wider_rule", "floating_ip", "foreign_router_port", "rbac_share", "address_pairs")
"""One of each kind runs here; all of them, which takes minutes, in tests/proofs/prove_attacks.py."""
CHOSEN = [attack for attack in ATTACKS if attack.path.stem in NAMED]


def test_every_attack_of_the_list_is_there() -> None:
    """A folder that has moved must not look like a house that withstands everything."""
    assert {attack.path.stem for attack in CHOSEN} == set(NAMED)
    assert len(ATTACKS) >= 60
    assert len(LOOKALIKES) >= 10


@pytest.mark.parametrize("attack", CHOSEN, ids=lambda attack: attack.path.stem)
def test_a_plain_up_is_refused_by_the_guard_rail(attack: Attack, tmp_path: Path, built: Engine) -> None:
    """The guard rail alone, no pack: `pulumi up` says why in Chinese, shows no traceback, and nothing is created."""
    outcome = run(offline_workspace(tmp_path), attack, "up", "--yes", judge=Judge.GUARD_RAIL)
    refused_by_the_guard_rail(outcome, attack)
    assert outcome.resources == []


@pytest.mark.parametrize("attack", CHOSEN, ids=lambda attack: attack.path.stem)
def test_the_pack_alone_refuses_at_preview(attack: Attack, tmp_path: Path, built: Engine) -> None:
    """The pack alone, guard rail taken off: the preview fails with a mandatory violation that says why."""
    refused_by_the_pack(run(offline_workspace(tmp_path), attack, "preview", judge=Judge.PACK), attack)
