"""The moments of `make up` at which it is killed, each by what can be seen of it from outside."""

from __future__ import annotations

import json
from collections.abc import Sequence
from math import inf
from pathlib import Path
from typing import Any

from infra import backend, cloudconfig, names
from infra.engine import ROOT
from lab.places import default_places
from lab.processes import Processes, started_at, stat_of
from tests.killing import Moment, descendants, words

_MACHINE = "openstack:compute/instance:Instance::"
DATABASES = default_places().data / "mysql"


def running(*wanted: str) -> Moment:
    """A process below the command has all these words in its command line, or as endings of paths in it."""

    def look(leader: int) -> str:
        for pid in descendants(leader):
            if _has(line := words(pid), wanted):
                return " ".join(map(_without_folder, line))[:120]
        return ""

    return Moment(" ".join(wanted), look)


def _has(line: Sequence[str], wanted: Sequence[str]) -> bool:
    return all(any(word == one or word.endswith(f"/{one}") for word in line) for one in wanted)


def _without_folder(word: str) -> str:
    """A word of a command line for the record: where a checkout or a cache lies is this machine's own business."""
    return word.rpartition("/")[2] or word if word.startswith("/") else word


def create_in_flight(stack: str, after: int = 0) -> Moment:
    """The engine has asked the cloud for a resource and has no answer yet, and `after` resources are made."""

    def look(leader: int) -> str:
        try:
            text = (states() / f"{stack}.json").read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""
        if '"creating"' not in text:
            return ""
        made, begun = in_flight(json.loads(text))
        return f"{made} resources made, in flight: {', '.join(begun)}" if begun and made >= after else ""

    return Moment(f"{stack}: create in flight after {after} resources", look)


def booting(stack: str) -> Moment:
    """Nova has been asked for a machine of this stack, and the engine has no answer yet."""

    def look(leader: int) -> str:
        try:
            text = (states() / f"{stack}.json").read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""
        if '"creating"' not in text:
            return ""
        latest = json.loads(text)["checkpoint"].get("latest") or {}
        begun = [one["resource"]["urn"] for one in latest.get("pending_operations") or [] if one["type"] == "creating"]
        return ", ".join(urn.rpartition("::")[2] for urn in begun if _MACHINE in urn)

    return Moment(f"{stack}: a machine is booting", look)


def configuring(tasks: int) -> Moment:
    """Ansible works on machines, and has begun so many tasks."""
    playing = running("ansible-playbook")

    def look(leader: int) -> str:
        texts = [file.read_text(encoding="utf-8") for file in (ROOT / ".govnet" / "ansible").glob("artifacts/*/stdout")]
        begun = sum(text.count("\nTASK [") for text in texts)
        return f"{begun} tasks begun" if begun >= tasks and playing.look(leader) else ""

    return Moment(f"configure: {tasks} tasks begun", look)


def states() -> Path:
    """Where the engine keeps its states of the cloud that answers now."""
    folder = backend.choose(ROOT, cloudconfig.find(ROOT)).folder
    assert folder is not None, "a team's state is not killed for a test"
    return folder / ".pulumi" / "stacks" / names.PROJECT


def in_flight(checkpoint: dict[str, Any]) -> tuple[int, list[str]]:
    """From a file of the engine's state: how many resources it has, and the names of those whose creation has begun."""
    latest = checkpoint["checkpoint"].get("latest") or {}
    pending = latest.get("pending_operations") or []
    begun = [operation["resource"]["urn"] for operation in pending if operation["type"] == "creating"]
    return len(latest.get("resources") or []), [urn.rpartition("::")[2] for urn in begun]


def state_write(stack: str) -> Moment:
    """The next state of a stack is being written: a draft begun by this command lies beside the file."""

    def look(leader: int) -> str:
        leading = stat_of(leader)
        since = started_at(leading).timestamp() if leading else inf
        return ", ".join(path.name for path in states().glob(f"{stack}.json.*.tmp") if begun_at(path) >= since)

    return Moment(f"{stack}: state write", look, pause=0.0002)


def begun_at(draft: Path) -> float:
    """When a draft was written last; never, when it has become the state meanwhile."""
    try:
        return draft.stat().st_mtime
    except FileNotFoundError:
        return -inf


def schema_half_made(database: str, tool: str, tables: int) -> Moment:
    """OpenStack's own tool is making a database's schema: so many tables are there, and it still runs."""
    running_tool = running(tool)

    def look(leader: int) -> str:
        made = len(list((DATABASES / database).glob("*.ibd")))
        seen = made >= tables and running_tool.look(leader)
        return f"{made} tables of {database}; {seen}" if seen else ""

    return Moment(f"{tool}: {tables} tables of {database} made", look)


def lab_started(process: str) -> Moment:
    """A lab process runs that did not before, and the command that starts the others is not done."""
    lab_up = running("govnet", "lab", "up")
    processes = Processes(default_places())

    def look(leader: int) -> str:
        return lab_up.look(leader) and (f"{process} started" if processes.alive(process) else "")

    return Moment(f"lab: {process} started", look)


def lab_processes() -> set[int]:
    """Everything that runs for the lab: what a power cut takes along."""
    processes = Processes(default_places())
    recorded = {stat.pid for name in processes.names() for stat in processes.members(name)}
    return recorded | {stat.pid for stat in processes.marked()}
