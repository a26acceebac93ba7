"""`govnet review` of small real branches: what a reviewer reads, word by word (branches/<case>.yaml, as in tests/rules, and <case>.md)."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from infra.blueprint.canonical import digest
from infra.blueprint.load import load
from infra.cli import revisions
from infra.cli.app import app
from tests.cases import SMALL
from tests.fingerprints import masked
from tests.policies.rule_cases import RuleCase

CASES = sorted(Path(__file__).with_name("branches").glob("*.yaml"))
SCREEN = 50
"""Lines of a summary with its verdicts that a change of these sizes may take."""


@pytest.fixture
def branch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The estate folder of a repository on a branch that has nothing of its own yet."""
    shutil.copytree(SMALL, tmp_path / "estate")
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    commit(tmp_path)
    git(tmp_path, "checkout", "--quiet", "-b", "change")
    monkeypatch.setattr(revisions, "ROOT", tmp_path)
    return tmp_path / "estate"


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True)


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "-c", "user.name=x", "-c", "user.email=x@example.invalid", "commit", "--quiet", "-m", "change")


def reviewed(estate: Path) -> str:
    """What the command prints before it counts what the rules looked at."""
    commit(estate.parent)
    done = CliRunner().invoke(app, ["review", "main..change", "--today", "2026-11-23"])
    assert "规则×对象：P01×" in done.output, done.exception
    summary, _, _ = done.output.partition("\n规则×对象：")
    return summary.rstrip("\n") + "\n"


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_branch_is_summed_up_as_its_golden_says(path: Path, branch: Path) -> None:
    """The fingerprint is that of the branch's blueprint, as `govnet blueprint` prints it; the rest is word by word."""
    case = RuleCase.read(path)
    shutil.rmtree(branch)
    case.context(branch.parent)
    CliRunner().invoke(app, ["addresses", "allocate", "--estate", str(branch)])
    found = reviewed(branch)
    blueprint = load(branch).blueprint
    assert blueprint is not None
    assert f"蓝图指纹 {digest(blueprint)}（" in found
    found = masked(found)
    assert found.count("\n") <= SCREEN
    golden = path.with_suffix(".md")
    if os.environ.get("GOVNET_WRITE_EXPECTED"):
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8"), (
        "GOVNET_WRITE_EXPECTED=1 .venv/bin/pytest tests/report/test_branches.py, and read what it wrote"
    )


def test_there_are_branches() -> None:
    """A collector that finds nothing would pass everything."""
    assert {path.stem for path in CASES} >= {"new_tenant", "exposed", "longer", "city_leaves", "slip"}
