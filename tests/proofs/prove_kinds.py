"""Every attack of the list differs in kind: a judge with one fault lets it through, and no other attack that the pack must see."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pytest

from tests.attacks import kinds
from tests.attacks.faults import KINDS
from tests.attacks.harness import LOOKALIKES, PROGRAMS, Attack
from tests.attacks.kinds import Refused
from tests.attacks.stage import Staged
from tests.proofs.conftest import Counts

ABOUT = ("infra/program/*.py", "policies/**/*.py", "policies/*.toml", "tests/attacks/**/*.py")
ATTACKS = {path.stem: Attack.read(path) for path in PROGRAMS}


@cache
def programs() -> Mapping[str, Staged]:
    """The attacks of the list, each run once."""
    return {name: kinds.forked(ATTACKS[name]) for name in sorted(KINDS)}


@cache
def refused() -> Mapping[str, Refused]:
    return {name: kinds.suspicious(program) for name, program in programs().items()}


def test_an_honest_judge_refuses_them_all(counts: Counts) -> None:
    """With the words of their headers."""
    found = {name: "\n".join(kinds.said(program)) for name, program in programs().items()}
    counts["refused"] = len(found)
    assert [name for name, words in found.items() if ATTACKS[name].pack not in words] == []


def test_an_honest_judge_passes_what_is_legitimate(counts: Counts) -> None:
    """The stage itself is nothing that a pack would refuse."""
    found = {path.stem: kinds.said(kinds.forked(Attack.read(path))) for path in LOOKALIKES}
    counts["passed"] = len(found)
    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.parametrize("name", sorted(KINDS))
def test_one_attack_gets_past_a_faulty_judge(name: str, counts: Counts) -> None:
    counts["refused"] = len(programs()) - 1
    assert kinds.past(KINDS[name], programs(), refused()) == [name]
