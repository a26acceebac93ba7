"""Mutation testing itself: mutants are what they are said to be, none is forgotten, and no reason outlives its line."""

from __future__ import annotations

from infra.engine import ROOT
from tests.mutation.mutate import mutants, sample
from tests.mutation.run import APART, TESTS, rule_files, rule_survivors
from tests.mutation.survivors import listed

RULE = "policies/rules/p12_no_new_machine_room.py"


def test_every_module_is_mutated_or_says_why_not() -> None:
    """A new module of policies/ cannot slip past the campaign."""
    modules = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("policies/**/*.py")}
    empty = {name for name in modules if name.endswith(("__init__.py", "tokens.py"))}
    assert modules - empty == {*rule_files(), *TESTS, *APART} - {"infra/blueprint/security.py"}
    assert not {*TESTS} & {*APART}


def test_a_reason_is_about_a_line_that_is_there() -> None:
    """What was mended or deleted has to leave the list."""
    stale = [(file, was) for file, was, _ in listed() if was not in (ROOT / file).read_text(encoding="utf-8")]
    assert stale == []


def test_a_reason_says_why_the_mutant_is_no_fault() -> None:
    """A case that is missing is to be written, not listed."""
    assert [name for name, reason in listed().items() if not reason.startswith("equivalent: ")] == []


def test_mutants_differ_in_meaning_and_are_noticed() -> None:
    """A rule's own file is a survivor among its mutants, which none of them is without being listed; a sample is always the same."""
    every = mutants(RULE)
    assert len({mutant.source for mutant in every}) == len(every) > 3
    assert all(mutant.was != mutant.becomes for mutant in every)
    assert sample(every, 3) == sample(every, 3)
    assert {mutant.name for mutant in rule_survivors(RULE, every)} <= listed().keys()
