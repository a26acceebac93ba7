"""Canaries: what each rule, and each guarded type of resources, is there to refuse, brought to the policy pack by the real engine."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path

from infra.blueprint.load import Loaded, load
from infra.engine import ROOT
from infra.files import write_whole
from infra.workspace import Workspace
from policies import __main__ as started
from policies import pack
from tests.attacks.harness import Outcome, engine
from tests.policies.rule_cases import RuleCase

_SERVE = f"import sys\nsys.path.insert(0, {str(ROOT)!r})\nfrom tests.attacks.canary import serve\n"


def previewed(workspace: Workspace, stack: str, program: str, judge: Path) -> Outcome:
    """Preview a stack with a program of our own and a pack of our own."""
    folder = workspace.project / "program"
    write_whole(folder / "__main__.py", program)
    return engine(workspace, stack, folder, "preview", "--policy-pack", str(judge), env={})


def pack_for(case: RuleCase, folder: Path) -> Path:
    """The pack, judging what a case of a rule declares, on the day of the case."""
    return executable(folder / "pack", f"{_SERVE}serve({str(case.path)!r}, {str(folder)!r})\n")


def executable(file: Path, program: str) -> Path:
    """A Python program as the engine starts a pack."""
    write_whole(file, f"#!{sys.executable}\n{program}", mode=0o755)
    return file


def serve(case: str, folder: str) -> None:
    """The project's own pack, started as always, but for its estate and its day."""
    shutil.rmtree(Path(folder) / "estate", ignore_errors=True)
    told = RuleCase.read(Path(case))
    context = told.context(Path(folder))
    os.environ[started.ESTATE] = str(Path(folder) / "estate")
    setattr(started, "today", lambda: context.today)  # noqa: B010  an assignment would be an error of types, which it is
    if told.content.keys() & {"allocate", "blueprint"}:  # more than what is written in the estate

        def changed(estate: Path) -> Loaded:
            return replace(load(estate), estate=context.estate, blueprint=context.blueprint)

        setattr(pack, "load", changed)  # noqa: B010  as above
    started.main()
