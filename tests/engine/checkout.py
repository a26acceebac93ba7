"""A small checkout with a program that needs no cloud, for running the real engine."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from infra import stackfiles
from infra.engine import ROOT
from infra.workspace import Workspace

STACK = "suqian.network"
PROGRAM = """
import os, time
import pulumi

pulumi.export("cloud", pulumi.Config("openstack").require("cloud"))
pulumi.export("sealed", pulumi.Output.secret("hush"))
while os.path.exists(os.environ.get("WAIT_WHILE", "")):
    time.sleep(0.05)
"""


def make(root: Path) -> Path:
    """A checkout with the stacks of one site and its own clouds.yaml."""
    (root / "infra" / "program").mkdir(parents=True)
    (root / "infra" / "program" / "__main__.py").write_text(PROGRAM, encoding="utf-8")
    shutil.copyfile(ROOT / "Pulumi.yaml", root / "Pulumi.yaml")
    stackfiles.write(root, "suqian", {"admin": "my-admin", "manager": "my-manager", "operator": "my-operator"})
    (root / "clouds.yaml").write_text("clouds: {my-operator: {}}\n", encoding="utf-8")
    return root


def workspace(root: Path, **environ: str) -> Workspace:
    """The workspace as a shell would have it after `source .venv/bin/activate`."""
    kept = {name: os.environ[name] for name in ("HOME", "PATH", "XDG_CACHE_HOME", "LANG") if name in os.environ}
    return Workspace.open(root, {**kept, **environ})


def pulumi(space: Workspace, *arguments: str, stack: str = STACK) -> subprocess.CompletedProcess[str]:
    """Run the engine as the wrapper would, without the policy pack, which judges the real program only."""
    line = space.command(*arguments, "--stack", stack)
    return subprocess.run(
        line, env=space.env(stack), capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
