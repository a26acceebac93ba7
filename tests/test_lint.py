"""What `make lint` says is part of every test run: style, types, the direction of imports."""

from __future__ import annotations

import os
import subprocess

import pytest

from infra.engine import ROOT, cache_folder


@pytest.mark.parametrize(
    "check",
    ["ruff check .", "ruff format --check .", "mypy", "lint-imports", "ansible-lint playbooks"],
    ids=lambda check: check.split()[0] + check[-1],
)
def test_the_tree_is_clean(check: str) -> None:
    """With the same commands as `make lint`. What mypy knows of unchanged modules outlives the checkout, as the engine does."""
    program, *arguments = check.split()
    env = os.environ | {"MYPY_CACHE_DIR": str(cache_folder(os.environ) / "mypy")}
    done = subprocess.run(
        [ROOT / ".venv" / "bin" / program, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
