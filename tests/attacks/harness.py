"""Runs an attack with the real engine, on stacks and state of its own: no cloud, and nothing of the checkout's own state is touched."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto
from pathlib import Path

from infra import names
from infra.backend import Backend
from infra.engine import ROOT
from infra.files import write_whole
from infra.workspace import OFFLINE, Workspace

HERE = Path(__file__).parent
PROGRAMS = sorted((HERE / "programs").glob("*.py"))
LOOKALIKES = sorted((HERE / "lookalikes").glob("*.py"))
"""Programs that look like attacks and are legitimate."""
NOTHING = "nothing;"
"""This judge cannot see this one; the header says why."""
ENGINE = "engine: "
"""This build of the engine refuses by itself before the pack is asked (no plugin that knows the type)."""
_CUT_SHORT = re.compile(r"Traceback[^\n]*\n[^\n]*File \"src/python/grpcio/[^\n]*\n[^\n]*GeneratorExit")
"""What gRPC says when the engine ends a refused program while other hooks still wait for an answer."""
_HEADER = re.compile(r"^# (?P<name>stack|guard rail|pack|plan|verify|offline|estate): (?P<value>.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Attack:
    """An attack program and what its header promises: the words of every judge that refuses it.

    `plan`, `verify`: what the engine says of it when a saved plan is applied, and what is found afterwards; for programs that a preview
    cannot see through. `own_estate`: it gets a copy of the estate, to spoil it while it runs.
    """

    path: Path
    stack: str
    guard_rail: str
    pack: str
    plan: str
    verify: str
    offline: bool
    own_estate: bool

    @classmethod
    def read(cls, path: Path) -> Attack:
        header = {match["name"]: match["value"].strip() for match in _HEADER.finditer(path.read_text(encoding="utf-8"))}
        return cls(
            path,
            header["stack"],
            header.get("guard rail", ""),
            header.get("pack", ""),
            header.get("plan", ""),
            header.get("verify", ""),
            offline="offline" not in header,
            own_estate="estate" in header,
        )


class Judge(Enum):
    """Who stands in a program's way. `NOBODY`: neither; what is left is the plan."""

    GUARD_RAIL = auto()
    PACK = auto()
    NOBODY = auto()


@dataclass(frozen=True)
class Outcome:
    """What the engine said, its exit code, and the resources that its state has afterwards."""

    code: int
    said: str
    resources: list[str]


def offline_workspace(folder: Path) -> Workspace:
    """A workspace like that of `GOVNET_OFFLINE=1`, in a folder of its own."""
    found = Workspace.open(ROOT, {**os.environ, OFFLINE: "1"})
    (found.folder / "state").mkdir(parents=True, exist_ok=True)  # the pack asks there what other layers export
    return replace(
        found,
        folder=folder,
        project=folder,
        found_clouds=folder / "clouds.yaml",
        backend=Backend(f"file://{folder}/state"),
    )


def run(workspace: Workspace, attack: Attack, *command: str, judge: Judge) -> Outcome:
    """Run an engine command on the attacked program, with one judge alone or none."""
    env = {"GOVNET_ATTACK": str(attack.path)}
    if attack.own_estate:
        shutil.copytree(ROOT / "estate", estate := workspace.folder / "estate")
        env["GOVNET_ESTATE"] = str(estate)
    pack = ["--policy-pack", str(workspace.pack)] if judge is Judge.PACK else []
    if judge is not Judge.GUARD_RAIL:
        env["GOVNET_UNGUARDED"] = "1"
    return engine(workspace, attack.stack, HERE / "program", *command, *pack, env=env)


def engine(workspace: Workspace, stack: str, program: Path, *command: str, env: Mapping[str, str]) -> Outcome:
    """Run an engine command on a stack, with the program of a folder in place of the project's own."""
    _write_project(workspace, program)
    workspace.prepare(stack)
    _write_project(workspace, program)  # again: an offline workspace writes one of its own
    done = subprocess.run(
        workspace.command(*command, "--stack", stack, "--non-interactive"),
        env={**workspace.env(stack), "NO_COLOR": "1", **env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    resources = (workspace.state(stack) or {}).get("resources", [])
    return Outcome(done.returncode, done.stdout + done.stderr, [row["urn"] for row in resources])


def _write_project(workspace: Workspace, program: Path) -> None:
    project = {
        "name": names.PROJECT,
        "runtime": "python",
        "main": str(program),
        "stackConfigDir": os.path.relpath(
            workspace.stack_folder, workspace.project
        ),  # the engine takes no absolute path
    }
    write_whole(workspace.project / "Pulumi.yaml", json.dumps(project) + "\n")


def refused_by_the_guard_rail(outcome: Outcome, attack: Attack) -> None:
    """Refused with the words that the attack's header promises, without a traceback of ours."""
    assert attack.guard_rail in outcome.said, outcome.said
    assert outcome.code != 0, outcome.said
    assert "Traceback" not in _CUT_SHORT.sub("", outcome.said), outcome.said


def refused_by_the_pack(outcome: Outcome, attack: Attack) -> None:
    """Refused by a mandatory violation with the promised words; nothing was left unjudged."""
    assert attack.pack.removeprefix(ENGINE) in outcome.said, outcome.said
    assert outcome.code != 0, outcome.said
    assert "[mandatory]" in outcome.said or attack.pack.startswith(ENGINE), outcome.said
    assert "can't run policy" not in outcome.said
