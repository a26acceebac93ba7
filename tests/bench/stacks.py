"""One stack through the engine: what the guard rail and the pack cost, in previews that create everything and ask no cloud."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from infra.backend import Backend
from infra.driver.events import Watch
from infra.engine import ROOT
from infra.files import write_whole
from infra.workspace import OFFLINE, Workspace
from tests.bench.figures import Figure, Part, timed

TIMES = 3
STACKS = ("suqian.cloud", "suqian.identity", "suqian.network", "suqian.tenants")
PROGRAM = ROOT / "infra" / "program" / "__main__.py"
RAIL = {
    "from infra.gate import admit, guard": "",
    "from policies.state import State, deployed, suspends": "",
    "    site = admit(loaded, site_id, today(), lambda: suspends(loaded.blueprint, standing(), cloud))": "    site = loaded.blueprint.site(site_id)",
    "    guard(loaded, site_id, layer, cloud)": "",
}
"""The lines of the program that are the guard rail (rules, hooks, and bringing both in), and what is there without it."""


def measure() -> Part:
    figures = []
    for stack in STACKS:
        with offline_workspace(stack) as workspace:
            figures += _previews(workspace, stack)
    remarks = (
        "Offline previews of an empty cloud: every resource is a creation, so guard rail and pack judge every one of them.",
        "`bare` runs the same program without its guard rail and its rules; nothing but this measurement can do that.",
    )
    return Part("stacks", "One stack: program, guard rail, pack", figures, remarks)


def _previews(workspace: Workspace, stack: str) -> list[Figure]:
    command = f"pulumi preview --stack {stack}"
    pack = ("--policy-pack", str(workspace.pack))
    with_guard = PROGRAM.read_text(encoding="utf-8")
    rows = []
    for what, program, arguments in (
        ("bare", without_guard(with_guard), ()),
        ("with guard rail", with_guard, ()),
        ("with guard rail and pack", with_guard, pack),
    ):
        write_whole(workspace.project / "program" / "__main__.py", program)
        seconds, created = timed(partial(offline_preview, workspace, stack, *arguments), TIMES)
        rows.append(Figure(f"{stack}, {what}", " ".join([command, *arguments[:1]]), seconds, f"{created} resources"))
    return rows


def without_guard(program: str) -> str:
    """The program without its guard rail. `ValueError` when one of the lines that are the guard rail is not there exactly once."""
    lines = program.splitlines()
    for line, instead in RAIL.items():
        if lines.count(line) != 1:
            raise ValueError(f"{PROGRAM}: there is not exactly one line {line!r}")
        lines[lines.index(line)] = instead
    return "\n".join([*lines, ""])


def offline_preview(workspace: Workspace, stack: str, *arguments: str) -> str:
    """Preview a stack with further arguments of the engine; the number of resources that would be created."""
    line = workspace.command("preview", "--stack", stack, "--json", "--non-interactive", *arguments)
    environment = workspace.env(stack) | {"PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "true"}
    done = subprocess.run(line, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    watch = Watch()
    for said in done.stdout.splitlines():
        watch.take(said)
    return str(watch.changes["create"])


@contextmanager
def offline_workspace(stack: str) -> Iterator[Workspace]:
    """An offline workspace in a folder of its own, whose program may be replaced."""
    with tempfile.TemporaryDirectory(prefix="govnet-bench-") as name:
        folder = Path(name)
        opened = Workspace.open(ROOT, {**os.environ, OFFLINE: "1"})
        workspace = replace(
            opened,
            folder=folder,
            project=folder,
            found_clouds=folder / "clouds.yaml",
            backend=Backend(f"file://{folder / 'state'}"),
        )
        workspace.prepare(stack)
        project = (folder / "Pulumi.yaml").read_text(encoding="utf-8")
        write_whole(folder / "Pulumi.yaml", project.replace("../../infra/program", "program"))
        yield workspace
