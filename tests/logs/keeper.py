"""A keeper of logs in a folder: what its programs do there, run as its units run them, on any day that `faketime` says."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from infra.engine import ROOT

PROGRAMS = ROOT / "playbooks" / "files"

needs_faketime = pytest.mark.skipif(not shutil.which("faketime"), reason="faketime of Debian is not installed here")


@dataclass(frozen=True)
class Keeper:
    """Its folder of logs, its state with the chain, and the key that it has from birth."""

    root: Path
    state: Path
    key: Path

    @property
    def public(self) -> str:
        return self.key.with_suffix(".pub").read_text()

    @property
    def chain(self) -> Path:
        return self.state / "chain.jsonl"

    def log(self, day: date | str, machine: str = "one") -> Path:
        return self.root / machine / f"{day}.log"

    def write(self, day: date | str, *lines: str, machine: str = "one") -> Path:
        """Lines that arrive on a day from a machine."""
        file = self.log(day, machine)
        file.parent.mkdir(exist_ok=True)
        with file.open("a", encoding="utf-8") as out:
            out.write("".join(f"{line}\n" for line in lines))
        return file

    def seal(self, at: str = "", keep_days: int = 180) -> subprocess.CompletedProcess[str]:
        return self._run("seal", self.key, at, keep_days)

    def verify(self, at: str = "", keep_days: int = 180) -> dict[str, Any]:
        """What the verification says; its exit code and its standard error agree with it."""
        done = self._run("verify", self.key.with_suffix(".pub"), at, keep_days, "--by", "test")
        assert done.stdout, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        assert done.returncode == bool(found["problems"])
        assert done.stderr.splitlines() == found["problems"]
        return found

    def problems(self, at: str = "") -> list[str]:
        problems: list[str] = self.verify(at)["problems"]
        return problems

    def _run(self, program: str, key: Path, at: str, keep_days: int, *more: str) -> subprocess.CompletedProcess[str]:
        argv = [sys.executable, "-B", "-m", f"govnet_logs.{program}", "--root", str(self.root)]
        argv += ["--state", str(self.state), "--key", str(key), "--keep-days", str(keep_days), *more]
        told = {**os.environ, "PYTHONPATH": str(PROGRAMS), "TZ": "UTC"}
        when = ["faketime", "-f", f"@{at}"] if at else []
        return subprocess.run([*when, *argv], env=told, capture_output=True, text=True, check=False)


def keeper(folder: Path) -> Keeper:
    """A new one, that has kept nothing yet."""
    made = Keeper(folder / "logs", folder / "state", folder / "key")
    made.root.mkdir()
    made.state.mkdir()
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "keeper", "-f", made.key], check=True)
    return made
