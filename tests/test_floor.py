"""A run of the whole suite in which tests are missing is red."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from infra.engine import ROOT
from tests.floor import verdict


@pytest.mark.parametrize(
    ("ran", "wrong"), [(99, "only 99 tests ran"), (100, ""), (105, ""), (106, "raise tests/floor.txt to 106")]
)
def test_the_floor_follows_the_suite(ran: int, wrong: str) -> None:
    """Fewer is a hidden skip; many more is a floor that no longer holds anything up."""
    assert verdict(ran, 100).startswith(wrong) if not wrong.startswith("raise") else wrong in verdict(ran, 100)
    assert bool(verdict(ran, 100)) == bool(wrong)


@pytest.mark.parametrize(("floor", "code"), [(1, 0), (2, 1)])
def test_a_whole_run_with_too_few_tests_fails(tmp_path: Path, floor: int, code: int) -> None:
    """Tried on a suite of one test, with the real hook and two workers."""
    tests = tmp_path / "tests"
    (tests / "proofs").mkdir(parents=True)
    for name in ("conftest.py", "floor.py", "proofs/record.py"):
        (tests / name).write_text((ROOT / "tests" / name).read_text(encoding="utf-8"), encoding="utf-8")
    (tests / "floor.txt").write_text(f"{floor}\n", encoding="utf-8")
    (tests / "test_one.py").write_text("def test_one() -> None:\n    assert True\n", encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\ntestpaths = tests\npythonpath = .\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "2"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert ("only 1 tests ran, the floor is 2" in done.stdout) == bool(code)
