"""Attacks differ in kind: each of the list has a fault of a judge that lets it through, and no other attack."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.attacks import kinds
from tests.attacks.faults import KINDS
from tests.attacks.harness import LOOKALIKES, NOTHING, PROGRAMS, Attack
from tests.attacks.stage import Staged

ATTACKS = {path.stem: Attack.read(path) for path in PROGRAMS}
QUICK = {"network", "missing", "twin", "unprotected", "raised_role", "foreign_export", "ignored_changes", "disabled"}
"""A kind of fault each, none in the largest layer; all of them in tests/proofs/prove_kinds.py."""


@pytest.fixture(scope="module")
def programs() -> Mapping[str, Staged]:
    return {name: kinds.forked(ATTACKS[name]) for name in sorted(QUICK)}


def test_every_fault_is_there_for_an_attack_that_the_pack_must_see() -> None:
    """And there are enough of them."""
    assert KINDS.keys() - ATTACKS.keys() == set()
    assert [name for name in KINDS if ATTACKS[name].pack.startswith(NOTHING)] == []
    assert len(KINDS) >= 40


def test_an_honest_judge_lets_none_through(programs: Mapping[str, Staged]) -> None:
    """With the words that the attack's header promises: what is staged here is what the engine shows."""
    assert [
        name for name, program in programs.items() if ATTACKS[name].pack not in "\n".join(kinds.said(program))
    ] == []


def test_a_legitimate_program_gets_through() -> None:
    """Otherwise the stage itself would be what is refused."""
    (lookalike,) = [path for path in LOOKALIKES if path.stem == "more_protection"]
    assert kinds.said(kinds.forked(Attack.read(lookalike))) == []


def test_a_faulty_judge_lets_one_attack_through(programs: Mapping[str, Staged]) -> None:
    refused = {name: kinds.suspicious(program) for name, program in programs.items()}
    assert {name: kinds.past(KINDS[name], programs, refused) for name in sorted(QUICK)} == {
        name: [name] for name in sorted(QUICK)
    }
