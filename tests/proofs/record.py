"""What long proofs have shown, kept in docs/proofs/<name>.json: one entry a case, with commit, date and what was counted.

A case is proven as long as the files it is about are what they were. They are compared by content, not by date, so that a fresh clone
and a rebase say the same.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from infra.engine import ROOT
from infra.files import write_whole

PROOFS = Path(__file__).parent
RECORDS = ROOT / "docs" / "proofs"
ALWAYS = ("tests/proofs/conftest.py", "tests/killing.py", "tests/moments.py")
"""What every proof stands on, besides its own file."""


@dataclass(frozen=True)
class Case:
    """One case that was shown: `digest` stands for the files as they were, `counts` for what was measured."""

    commit: str
    date: str
    seconds: float
    digest: str
    counts: Mapping[str, Any]


@dataclass
class Proof:
    """All that is known of one proof. `about`: glob patterns below the checkout; `planned`: every case that it has."""

    name: str
    about: Sequence[str]
    planned: list[str] = field(default_factory=list)
    cases: dict[str, Case] = field(default_factory=dict)

    def current(self, case: str) -> bool:
        """Whether a case was shown with the files as they are now."""
        return case in self.cases and self.cases[case].digest == self.digest

    @property
    def digest(self) -> str:
        """Stands for the content of everything that the proof is about."""
        return digest([f"tests/proofs/prove_{self.name}.py", *ALWAYS, *self.about])

    @property
    def left(self) -> list[str]:
        """Cases that have to be shown (again): all of them once a file that they are about is not where it was."""
        try:
            now = self.digest
        except ValueError:
            return list(self.planned)
        return [name for name in self.planned if name not in self.cases or self.cases[name].digest != now]


def digest(patterns: Sequence[str], root: Path = ROOT) -> str:
    """A hash over names and contents of all files that the patterns match. `ValueError` for a pattern that matches none."""
    total = hashlib.sha256()
    for pattern in sorted(patterns):
        files = sorted(path for path in root.glob(pattern) if path.is_file() and "__pycache__" not in path.parts)
        if not files:
            raise ValueError(f"a proof is about {pattern}, which matches no file")
        for file in files:
            content = hashlib.sha256(file.read_bytes()).hexdigest()
            total.update(f"{file.relative_to(root)}\0{content}\n".encode())
    return total.hexdigest()[:16]


def read(file: Path) -> Proof:
    content = json.loads(file.read_text(encoding="utf-8"))
    cases = {name: Case(**case) for name, case in content.pop("cases").items()}
    return Proof(**content, cases=cases)


def write(proof: Proof, folder: Path = RECORDS) -> None:
    text = json.dumps(asdict(proof), ensure_ascii=False, indent=2, sort_keys=True)
    write_whole(folder / f"{proof.name}.json", text + "\n")


def opened(name: str, about: Sequence[str], planned: Sequence[str], folder: Path = RECORDS) -> Proof:
    """The proof with what was shown before; cases that it no longer has are forgotten."""
    file = folder / f"{name}.json"
    known = read(file).cases if file.exists() else {}
    return Proof(name, list(about), list(planned), {case: known[case] for case in planned if case in known})


def shown(proof: Proof, seconds: float, counts: Mapping[str, Any]) -> Case:
    """A case that has just been shown, with the files as they are now."""
    return Case(commit(), datetime.now(UTC).isoformat(timespec="seconds"), round(seconds, 1), proof.digest, counts)


def commit(root: Path = ROOT) -> str:
    """The commit at hand, with a `+` when tracked files differ from it."""
    said = subprocess.run(
        ["git", "describe", "--always", "--abbrev=12", "--exclude=*", "--dirty=+"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    return said.stdout.strip()


NAMED = 5
"""Cases that a sentence names before it says "and others"."""


def old(proofs: Path = PROOFS, folder: Path = RECORDS) -> list[str]:
    """One sentence for each proof that does not hold for the files as they are now."""
    sentences = []
    for file in sorted(proofs.glob("prove_*.py")):
        name = file.stem.removeprefix("prove_")
        record = folder / f"{name}.json"
        if not record.exists():
            sentences.append(f"{name}：还从未证明过")
            continue
        proof = read(record)
        if left := proof.left:
            newest = max((case.date for case in proof.cases.values()), default="从未")
            which = (
                "" if len(left) == len(proof.planned) else f"：{'、'.join(left[:NAMED])}{' 等' * (len(left) > NAMED)}"
            )
            sentences.append(
                f"{name}：{len(proof.planned)} 项中有 {len(left)} 项比它们所证明的文件旧（最近一次证明：{newest}）{which}"
            )
    return sentences
