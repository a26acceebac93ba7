"""Every command of the README is run as written, in its order, in one shell, as a new user would."""

from __future__ import annotations

import re
import subprocess

import pytest

from infra import stackfiles
from infra.engine import ROOT
from infra.inventory.access import made
from tests.readme import ENGLISH, commands
from tests.real import blueprint

NOT_FROM_WITHIN = {"make test"}
"""`make test` is what runs this test."""


@pytest.mark.usefixtures("estate_up")
def test_the_commands_of_the_readme_work_as_written() -> None:
    """Everything was up and configured before: on no machine is anything changed."""
    told = [command for command in commands(ENGLISH) if command not in NOT_FROM_WITHIN]
    assert "make up" in told
    script = "set -euo pipefail\n" + "\n".join(f"echo '$ {command}'; {command}" for command in told)
    done = subprocess.run(["bash", "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    assert done.stdout.count("\n$ ") + 1 == len(told)
    machines = [row.name for site, row in made(blueprint()) if site.id in stackfiles.sites_with_machines(ROOT)]
    changed = re.findall(r"^✓ (\S+)  变更 (\d+)", done.stdout, re.MULTILINE)
    assert dict.fromkeys(machines, "0") == dict(changed), done.stdout[-6000:]
