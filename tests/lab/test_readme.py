"""Every command of the README is run as written, in its order, in one shell, as a new user would."""

from __future__ import annotations

import subprocess

import pytest

from infra.engine import ROOT
from tests.readme import ENGLISH, commands

NOT_FROM_WITHIN = {"make test"}
"""`make test` is what runs this test."""


@pytest.mark.usefixtures("estate_up")
def test_the_commands_of_the_readme_work_as_written() -> None:
    told = [command for command in commands(ENGLISH) if command not in NOT_FROM_WITHIN]
    assert "make up" in told
    script = "set -euo pipefail\n" + "\n".join(f"echo '$ {command}'; {command}" for command in told)
    done = subprocess.run(["bash", "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    assert done.stdout.count("\n$ ") + 1 == len(told)
