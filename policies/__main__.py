"""The policy pack as the engine starts it: an executable file, `.venv/bin/govnet-policies`, given by absolute path."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

from pulumi_policy import PolicyPack

from infra import stackfiles
from infra.clock import today
from infra.engine import ROOT
from infra.workspace import Workspace
from policies.pack import Pack
from policies.roles import role_id
from policies.state import State, deployed

ESTATE = "GOVNET_ESTATE"
"""Environment variable: the estate to judge by, when it is not the one beside this code (CI judges a change with protected rules)."""


def main() -> None:
    """Serve the pack until the engine ends; prints the port it listens on."""
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    estate = Path(os.environ.get(ESTATE) or ROOT / "estate").resolve()
    # Both read now: once the engine runs the program, the program could change the files under our eyes.
    pack = Pack(estate, today(), stackfiles.stack_clouds(ROOT), role_id, standing)
    _ = pack.judgement
    PolicyPack("govnet", pack.policies())


def standing(stack: str) -> State | None:
    """A stack as its saved state says it is. Raises `EngineError`, `UsageError`."""
    return deployed(Workspace.open(ROOT, os.environ).state(stack))


def _end_with(engine: int) -> None:
    """End this process once the engine is gone: one that was killed cannot end what it started, in a process group of its own."""
    while os.getppid() == engine:
        time.sleep(1)
    os._exit(1)


if __name__ == "__main__":
    main()
