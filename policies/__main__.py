"""The policy pack as the engine starts it: an executable file, `.venv/bin/govnet-policies`, given by absolute path."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from pulumi_policy import PolicyPack

from infra import stackfiles
from infra.clock import today
from infra.engine import ROOT
from infra.workspace import Workspace
from policies.conformance import STACK
from policies.pack import Pack
from policies.roles import role_id

ESTATE = "GOVNET_ESTATE"
"""Environment variable: the estate to judge by, when it is not the one beside this code (CI judges a change with protected rules)."""


def main() -> None:
    """Serve the pack until the engine ends; prints the port it listens on."""
    estate = Path(os.environ.get(ESTATE) or ROOT / "estate").resolve()
    pack = Pack(estate, today(), lambda site, layer: stackfiles.stack_cloud(ROOT, site, layer), role_id, outputs)
    PolicyPack("govnet", pack.policies())


def outputs(stack: str) -> Mapping[str, object]:
    """What a stack exports, as its saved state says; nothing when there is no such stack. Raises `EngineError`, `UsageError`."""
    deployment = Workspace.open(ROOT, os.environ).state(stack) or {}
    exporting = (row for row in deployment.get("resources") or [] if row["type"] == STACK)
    return next((row.get("outputs") or {} for row in exporting), {})


if __name__ == "__main__":
    main()
