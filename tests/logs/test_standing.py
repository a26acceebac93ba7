"""A chain judged away from its keeper, as its own programs write it: by the key that it has from birth, and by what was seen before."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.findings import Verdict
from infra.logs import chain
from infra.logs.standing import Heard, standing
from tests.logs.keeper import Keeper, keeper

DAY = str(datetime.now(UTC).date())


@pytest.fixture
def kept(tmp_path: Path) -> Keeper:
    """Two links, of one line each."""
    made = keeper(tmp_path)
    for line in ("first", "second"):
        made.write(DAY, line)
        assert made.seal().returncode == 0
    return made


def test_a_chain_that_its_keeper_signed_is_believed(kept: Keeper) -> None:
    """And one that has grown since it was seen."""
    before = kept.chain.read_text()
    assert chain.problem(before, "", kept.public) == ""
    kept.seal()
    assert chain.problem(kept.chain.read_text(), before, kept.public) == ""


def test_a_chain_of_another_key_is_not(kept: Keeper, tmp_path: Path) -> None:
    """Even when it is sound in itself."""
    (tmp_path / "other").mkdir()
    other = keeper(tmp_path / "other")
    assert "链第 1 行的签名不是" in chain.problem(kept.chain.read_text(), "", other.public)


def test_a_keeper_can_neither_forget_nor_write_anew_what_was_seen(kept: Keeper) -> None:
    """With its own key, which whoever is root on it has."""
    seen = kept.chain.read_text()
    shorter = seen.splitlines(keepends=True)[0]
    assert chain.problem(shorter, seen, kept.public) == "上次见到 2 行，现在只有 1 行：链被截短了"
    kept.chain.unlink()
    kept.log(DAY).write_text("first\nforged\n")
    for _ in range(3):
        assert kept.seal().returncode == 0
    assert kept.problems() == []
    assert chain.problem(kept.chain.read_text(), seen, kept.public) == "与上次见到的链不同：链被重写了"


@pytest.mark.parametrize(
    ("text", "problem"),
    [("", "链是空的，从未封存过"), ("nonsense\n", "链第 1 行读不懂"), ("[]\n", "链第 1 行读不懂")],
    ids=["empty", "nonsense", "no_link"],
)
def test_what_is_no_chain_is_said_to_be_none(text: str, problem: str) -> None:
    assert chain.problem(text, "", "ssh-ed25519 AAAA") == problem


def test_a_link_out_of_its_place_is_found(kept: Keeper) -> None:
    first, second = kept.chain.read_text().splitlines(keepends=True)
    assert chain.problem(second, "", kept.public) == "链第 1 行接不上前一行"
    assert chain.problem(first + first, "", kept.public) == "链第 2 行接不上前一行"


def test_whole_logs_stand_well_and_say_since_when(kept: Keeper) -> None:
    """With who compared them last before this time."""
    kept.verify()
    row = standing("keeper", Heard(kept.verify(), kept.chain.read_text()), "", kept.public)
    assert (row.verdict, row.problems, row.lines, row.machines, row.since) == (Verdict.OK, (), 2, 1, DAY)
    assert row.checked.endswith(" test")


def test_what_the_keeper_found_and_what_was_found_here_are_said_together(kept: Keeper) -> None:
    """Every problem at once."""
    kept.log(DAY).write_text("altered")
    row = standing("keeper", Heard(kept.verify(), kept.chain.read_text()), "seen before\n", kept.public)
    assert row.verdict is Verdict.VIOLATED
    assert row.problems[0] == "与上次见到的链不同：链被重写了"
    assert row.problems[1].startswith(f"one/{DAY}.log 内容改过")


def test_nothing_heard_and_nothing_kept_is_not_whole(tmp_path: Path) -> None:
    """Could not check is never green."""
    assert standing("keeper", Heard(unheard="登录不上"), "", "").verdict is Verdict.UNCHECKED
    empty = keeper(tmp_path)
    empty.seal()
    row = standing("keeper", Heard(empty.verify(), empty.chain.read_text()), "", empty.public)
    assert (row.verdict, row.problems) == (Verdict.UNCHECKED, ("还没有封存过任何一行日志",))
