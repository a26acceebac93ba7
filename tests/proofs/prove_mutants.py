"""Mutation testing: every rule under every mutant; every other module of policies/ and the security groups under a seeded sample.

What nobody notices is listed with its reason in tests/mutation/survivors.yaml; a survivor that is not on the list fails.
GOVNET_EVERY_MUTANT=1 takes all mutants of all modules (about half an hour of the processor).
"""

from __future__ import annotations

import os

import pytest

from tests.mutation.mutate import SEED, Mutant, mutants, sample
from tests.mutation.run import TESTS, module_survivors, rule_files, rule_survivors
from tests.mutation.survivors import listed
from tests.proofs.conftest import Counts

ABOUT = (
    "infra/blueprint/security.py",
    "policies/**/*.py",
    "policies/*.toml",
    "tests/mutation/*",
    "tests/policies/*.py",
    "tests/rules/**/*.yaml",
)
OF_A_MODULE = 6


def compared(file: str, tried: tuple[Mutant, ...], survivors: list[Mutant], counts: Counts) -> None:
    """Survivors must be listed, what is listed must survive, and the counts are kept."""
    assert tried or not mutants(file), f"no mutant of {file} was tried"
    counts |= {"mutants": len(mutants(file)), "tried": len(tried), "survived": len(survivors)}
    assert [mutant.name for mutant in survivors if mutant.name not in listed()] == []
    assert [mutant.name for mutant in tried if mutant.name in listed() and mutant not in survivors] == []


@pytest.mark.parametrize("file", rule_files())
def test_every_mutant_of_a_rule_is_noticed_by_a_case_or_listed(file: str, counts: Counts) -> None:
    """All of them: a case takes a hundredth of a second."""
    tried = mutants(file)
    compared(file, tried, rule_survivors(file, tried), counts)


@pytest.mark.parametrize("file", sorted(TESTS))
def test_a_sample_of_the_mutants_of_a_module_is_noticed_by_its_tests_or_listed(file: str, counts: Counts) -> None:
    """Drawn with the seed from all mutants of the module."""
    tried = mutants(file) if os.environ.get("GOVNET_EVERY_MUTANT") else sample(mutants(file), OF_A_MODULE)
    counts["seed"] = SEED
    compared(file, tried, module_survivors(file, tried), counts)
