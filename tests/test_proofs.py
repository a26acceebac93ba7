"""Long proofs: what was shown is kept case by case, and counts only for the files that it was shown with."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from infra.engine import ROOT
from tests.proofs import record
from tests.proofs.prove_killed import SEED, cases
from tests.proofs.record import Case, Proof, digest, old, opened, read, shown, write

ABOUT = ["pyproject.toml"]


@pytest.fixture
def proof(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Proof:
    """A proof of two cases about one file of a folder of its own."""
    monkeypatch.setattr(Proof, "digest", property(lambda self: digest(["*.txt"], tmp_path)))
    (tmp_path / "about.txt").write_text("one", encoding="utf-8")
    (tmp_path / "prove_small.py").touch()
    return Proof("small", ABOUT, ["a", "b"])


def test_a_proof_that_was_never_tried_is_old(proof: Proof, tmp_path: Path) -> None:
    assert old(tmp_path, tmp_path) == ["small：还从未证明过"]


def test_a_proof_holds_until_a_file_that_it_is_about_changes(proof: Proof, tmp_path: Path) -> None:
    """Case by case: what is left is named."""
    proof.cases["a"] = shown(proof, 1.0, {"kills": 1})
    write(proof, tmp_path)
    (sentence,) = old(tmp_path, tmp_path)
    assert sentence.startswith("small：2 项中有 1 项")
    assert sentence.endswith("：b")
    proof.cases["b"] = shown(proof, 1.0, {"kills": 1})
    write(proof, tmp_path)
    assert old(tmp_path, tmp_path) == []
    (tmp_path / "about.txt").write_text("two", encoding="utf-8")
    (sentence,) = old(tmp_path, tmp_path)
    assert sentence.startswith("small：2 项中有 2 项")


def test_a_proof_is_old_once_a_file_that_it_is_about_has_moved(tmp_path: Path) -> None:
    """The committed record says where the file was; it is a reason to prove anew, and none to fall over."""
    case = Case("0" * 12, "2026-11-23T00:00:00+00:00", 1.0, "0" * 16, {"kills": 1})
    (tmp_path / "prove_small.py").touch()
    write(Proof("small", ["moved/away/*.py"], ["a"], {"a": case}), tmp_path)
    assert old(tmp_path, tmp_path) == [
        "small：1 项中有 1 项比它们所证明的文件旧（最近一次证明：2026-11-23T00:00:00+00:00）"
    ]


def test_what_was_shown_survives_an_interruption_and_is_read_back(proof: Proof, tmp_path: Path) -> None:
    """Resumed with one case more and one less: what was shown stays, what is gone is forgotten."""
    proof.cases |= {name: shown(proof, 2.0, {"kills": 1}) for name in ("a", "b")}
    write(proof, tmp_path)
    assert read(tmp_path / "small.json") == proof
    resumed = opened("small", ABOUT, ["b", "c"], tmp_path)
    assert (sorted(resumed.cases), resumed.left) == (["b"], ["c"])


def test_a_proof_about_no_file_is_refused() -> None:
    """A pattern whose folder has moved would make a proof that never grows old."""
    with pytest.raises(ValueError, match="matches no file"):
        digest(["moved/away/*.py"])


def test_every_proof_is_about_files_that_exist() -> None:
    modules = [import_module(f"tests.proofs.{file.stem}") for file in record.PROOFS.glob("prove_*.py")]
    assert modules
    for module in modules:
        assert len(Proof(module.__name__.rpartition("prove_")[2], module.ABOUT).digest) == 16


def test_the_campaign_of_kills_has_ten_seeded_cases() -> None:
    """The same for the same seed; others for others."""
    names = [case.name for case in cases(SEED)]
    assert len(names) == len(set(names)) == 10
    assert [case.moment.name for case in cases(SEED)] == [case.moment.name for case in cases(SEED)]
    assert [case.moment.name for case in cases(SEED)] != [case.moment.name for case in cases(SEED + 1)]


PROOF = """
from tests.proofs.conftest import Counts
ABOUT = ("about.txt",)
def test_good(counts: Counts) -> None:
    counts["looked_at"] = 3
def test_bad(counts: Counts) -> None:
    counts["looked_at"] = 3
    assert open("about.txt").read() == "mended"
def test_counts_nothing() -> None:
    pass
"""


def test_a_campaign_writes_what_passed_and_goes_on_with_the_rest(tmp_path: Path) -> None:
    """Run for real: the bad case and the one that counted nothing are left; resumed, only they run."""
    checkout = tmp_path / "checkout"
    for name in ("tests/proofs/conftest.py", "tests/proofs/record.py", "tests/killing.py", "tests/moments.py"):
        file = checkout / name
        file.parent.mkdir(parents=True, exist_ok=True)
        text = (ROOT / name).read_text(encoding="utf-8")
        file.write_text(
            text.replace("from infra.engine import ROOT", f"ROOT = Path({str(checkout)!r})"), encoding="utf-8"
        )
    (checkout / "tests" / "proofs" / "prove_small.py").write_text(PROOF, encoding="utf-8")
    (checkout / "pytest.ini").write_text("[pytest]\npythonpath = .\npython_files = prove_*.py\n", encoding="utf-8")
    (checkout / "about.txt").write_text("wrong", encoding="utf-8")
    for command in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=t", "-c", "user.email=t@example.cn", "commit", "-qm", "t"],
    ):
        subprocess.run(["git", *command], cwd=checkout, check=True)
    run = [sys.executable, "-m", "pytest", "--import-mode=importlib", "tests/proofs"]
    first = subprocess.run(run, cwd=checkout, capture_output=True, text=True, check=False)
    assert "1 failed, 2 passed, 1 error" in first.stdout, first.stdout + first.stderr
    kept = read(checkout / "docs" / "proofs" / "small.json")
    assert kept.planned == ["good", "bad", "counts_nothing"]
    assert list(kept.cases) == ["good"]
    assert isinstance(case := kept.cases["good"], Case)
    assert (case.counts, len(case.commit)) == ({"looked_at": 3}, 12)
    again = subprocess.run(run, cwd=checkout, capture_output=True, text=True, check=False)
    assert "1 failed, 1 passed, 1 deselected, 1 error" in again.stdout, again.stdout + again.stderr


def test_committed_records_name_no_folder_of_the_machine_that_made_them() -> None:
    """Neither in words that begin with a slash nor behind an equals sign."""
    records = sorted((ROOT / "docs" / "proofs").glob("*.json"))
    assert records, "nothing was ever proven"
    named = [
        (file.name, word)
        for file in records
        for word in file.read_text(encoding="utf-8").replace('"', " ").replace("=", " ").split()
        if word.startswith("/")
    ]
    assert named == []
