"""Every attack program, both ways, with the real engine and no cloud: who refuses it is what its header says."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.engine import Engine
from tests.attacks.harness import (
    LOOKALIKES,
    NOTHING,
    PROGRAMS,
    Attack,
    Judge,
    offline_workspace,
    refused_by_the_guard_rail,
    refused_by_the_pack,
    run,
)
from tests.proofs.conftest import Counts

ABOUT = (
    "infra/gate.py",
    "infra/program/*.py",
    "policies/**/*.py",
    "policies/*.toml",
    "tests/attacks/*/*.py",
    "tests/attacks/harness.py",
)

ATTACKS = [Attack.read(path) for path in PROGRAMS]


def seen_by(words: str, attack: Attack) -> bool:
    """Whether a judge is to refuse an attack in a preview without a cloud."""
    return not words.startswith(NOTHING) and attack.offline


@pytest.mark.parametrize(
    "attack", [a for a in ATTACKS if seen_by(a.guard_rail, a)], ids=lambda a: f"guard_rail_{a.path.stem}"
)
def test_the_guard_rail_refuses(attack: Attack, tmp_path: Path, built: Engine, counts: Counts) -> None:
    """Alone, with no pack, in Chinese and without a traceback."""
    refused_by_the_guard_rail(run(offline_workspace(tmp_path), attack, "preview", judge=Judge.GUARD_RAIL), attack)
    counts["refused"] = 1


@pytest.mark.parametrize("attack", [a for a in ATTACKS if seen_by(a.pack, a)], ids=lambda a: f"pack_{a.path.stem}")
def test_the_pack_refuses(attack: Attack, tmp_path: Path, built: Engine, counts: Counts) -> None:
    """Alone, with the guard rail taken off, by a mandatory violation."""
    refused_by_the_pack(run(offline_workspace(tmp_path), attack, "preview", judge=Judge.PACK), attack)
    counts["refused"] = 1


@pytest.mark.parametrize("judge", [Judge.GUARD_RAIL, Judge.PACK], ids=["guard_rail_passes", "pack_passes"])
@pytest.mark.parametrize("lookalike", [Attack.read(path) for path in LOOKALIKES], ids=lambda a: a.path.stem)
def test_a_lookalike_passes(lookalike: Attack, judge: Judge, tmp_path: Path, built: Engine, counts: Counts) -> None:
    """What is legitimate is not refused for looking odd."""
    outcome = run(offline_workspace(tmp_path), lookalike, "preview", judge=judge)
    assert outcome.code == 0, outcome.said
    counts["passed"] = 1


def test_every_attack_is_refused_by_somebody(counts: Counts) -> None:
    """None is there that no judge sees, and no plan, and no look at the cloud."""
    counts["attacks"] = len(ATTACKS)
    unseen = [a for a in ATTACKS if a.guard_rail.startswith(NOTHING) and a.pack.startswith(NOTHING)]
    assert [a.path.stem for a in unseen if not a.plan and not a.verify] == []
