"""What pack and guard rail cost above doing nothing, beside OPA on the same resources. Seconds of the processor: the machine may be busy."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from google.protobuf import json_format  # type: ignore[import-untyped]  # protobuf has no types

from infra.engine import ROOT, cache_folder
from infra.files import write_whole
from infra.workspace import Workspace
from tests.bench import requests
from tests.bench.figures import Figure, Part
from tests.bench.stacks import PROGRAM, offline_preview, offline_workspace, without_guard

STACK = "province.network"
TIMES = 10
FUTURE = "from __future__ import annotations\n"
ONE_PROCESSOR = "import os\nos.sched_setaffinity(0, {max(os.sched_getaffinity(0))})\n"
"""Threads of Python that wait for each other on two processors burn seconds that are nobody's work, and more with fewer of them."""
A_RESOURCE = 0.0005
A_STACK = 0.5
MODULE = Path(__file__).with_name("opa")
PACKAGE = "github.com/open-policy-agent/opa"
ASK = "python -m tests.bench.requests FILE"

REMARKS = (
    (
        f"One offline preview of `{STACK}` is recorded as the engine asks its pack about it; each run starts a pack anew and asks it the same,"
        " without the engine and its transport, which are the same for every pack. Ten times the empty pack and ours in turn."
    ),
    "Starting our pack is reading, compiling and judging the whole estate by all rules, once a run of the engine.",
    (
        "OPA has what can be said of one resource alone (tests/bench/opa/rules.rego): its type, ports and sources of security group rules,"
        " further addresses of ports. That a resource is in the blueprint, each property as derived and each id from where it must come,"
        " which is most of what the pack judges, needs the blueprint and is not in this figure."
    ),
)

RAIL = (
    (
        "The guard rail is in the program. The same program runs without and with it (the rules, the hooks, and bringing both in), reading and"
        f" compiling in both; `{STACK}` has as many resources as any stack. Pairs in turn, the first of a pair being now this one and now that;"
        " one of each before, uncounted, so that neither pays for cold caches or for compiling a changed file. The program has one processor:"
        " on two, its threads burn up to two thirds more waiting for each other's lock, with a guard rail or without."
    ),
    (
        "Seconds of the processor, of two sorts: those of the program alone, which the limit is about, and those of engine, provider and program"
        " together, which show what the hooks' way through the engine costs, but swing more from preview to preview than the guard rail takes."
    ),
)


def measure() -> Part:
    with tempfile.TemporaryDirectory(prefix="govnet-bench-") as name:
        folder = Path(name)
        with offline_workspace(STACK) as workspace:
            asked = _recorded(workspace, folder)
        figures = _packs(asked)
        remarks = list(REMARKS)
        if shutil.which("go"):
            figures.append(_opa(asked, folder))
        else:
            remarks.append("OPA is left out: `go` was not on the PATH of this machine.")
    return Part("policies", "The pack beside an empty one and beside OPA", figures, remarks)


def measure_guard_rail() -> Part:
    """The same previews without and with it; apart, because whole previews take minutes where a pack takes seconds."""
    with offline_workspace(STACK) as workspace:
        return Part("guard_rail", "The guard rail", _rail(workspace), RAIL)


def _recorded(workspace: Workspace, folder: Path) -> Path:
    """Everything that the engine asks a pack in one preview."""
    asked, pack = folder / "asked", folder / "pack"
    write_whole(pack, requests.recorder(str(asked)))
    pack.chmod(0o755)
    write_whole(workspace.project / "program" / "__main__.py", PROGRAM.read_text(encoding="utf-8"))
    offline_preview(workspace, STACK, "--policy-pack", str(pack))
    return asked


def _packs(asked: Path) -> list[Figure]:
    runs: dict[str, list[dict[str, float]]] = {"empty": [], "ours": []}
    for _ in range(TIMES):
        for which, found in runs.items():
            command = [sys.executable, "-m", "tests.bench.requests", str(asked), which]
            found.append(json.loads(subprocess.check_output(command, cwd=ROOT, stderr=subprocess.DEVNULL)))
    count = int(runs["ours"][0]["resources"])
    empty, ours = ([run["answers"] for run in runs[which]] for which in ("empty", "ours"))
    return [
        Figure("an empty pack answers", f"{ASK} empty", empty, f"{count} resources"),
        Figure("our pack answers", f"{ASK} ours", ours, f"{count} resources"),
        added(empty, ours, count),
        Figure("our pack starts", f"{ASK} ours", [run["start"] for run in runs["ours"]], "reading, compiling, rules"),
    ]


def added(empty: list[float], ours: list[float], resources: int) -> Figure:
    """What our pack adds, pair by pair; the limit is so much a resource. Pure."""
    more = [round(mine - nothing, 4) for nothing, mine in zip(empty, ours, strict=True)]
    least, middle, most = (1000 * value / resources for value in (min(more), median(more), max(more)))
    note = f"{middle:.2f} ms a resource, from {least:.2f} to {most:.2f}"
    return Figure("our pack adds", f"{ASK} ours|empty", more, note, limit=round(A_RESOURCE * resources, 3))


def _rail(workspace: Workspace) -> list[Figure]:
    guarded = PROGRAM.read_text(encoding="utf-8").replace(FUTURE, FUTURE + ONE_PROCESSOR, 1)
    programs = {"without": without_guard(guarded), "with": guarded}
    spent: dict[str, list[Spent]] = {which: [] for which in programs}
    for pair in range(TIMES + 1):
        for which in sorted(programs, reverse=bool(pair % 2)):
            found = _previewed(workspace, programs[which])
            if pair:
                spent[which].append(found)
    return rail(spent["without"], spent["with"])


@dataclass(frozen=True)
class Spent:
    """Processor seconds of one preview: of all its processes together, and of the program among them."""

    together: float
    program: float


def rail(without: list[Spent], guarded: list[Spent]) -> list[Figure]:
    """What the guard rail adds to a program, and to a whole preview, pair by pair. Pure."""
    command = f"pulumi preview --stack {STACK}"
    inside = [round(mine.program - bare.program, 3) for bare, mine in zip(without, guarded, strict=True)]
    whole = [round(mine.together - bare.together, 3) for bare, mine in zip(without, guarded, strict=True)]
    return [
        Figure("the program without guard rail", command, [one.program for one in without]),
        Figure("the program with guard rail", command, [one.program for one in guarded]),
        Figure("the guard rail adds to the program", command, inside, _spread(inside), limit=A_STACK),
        Figure("the guard rail adds to engine, provider and program", command, whole, _spread(whole)),
    ]


def _spread(seconds: list[float]) -> str:
    return f"from {min(seconds):.2f} to {max(seconds):.2f}"


def _previewed(workspace: Workspace, program: str) -> Spent:
    """One preview of a program that says at its end what it has taken."""
    said = workspace.folder / "spent"
    last = f"import atexit, pathlib, time\natexit.register(lambda: pathlib.Path({str(said)!r}).write_text(str(time.process_time())))\n"
    write_whole(workspace.project / "program" / "__main__.py", program + last)
    together = _cpu(lambda: offline_preview(workspace, STACK))
    mine = float(said.read_text(encoding="utf-8"))
    said.unlink()
    return Spent(together, round(mine, 3))


def _cpu(action: Callable[[], object]) -> float:
    """Seconds of the processor that an action's processes took, once they have ended."""
    begun = resource.getrusage(resource.RUSAGE_CHILDREN)
    action()
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return round(ended.ru_utime + ended.ru_stime - begun.ru_utime - begun.ru_stime, 3)


def _opa(asked: Path, folder: Path) -> Figure:
    """`opa eval` over the same resources; it must find nothing, and something once a rule is opened."""
    rows = [
        {"type": row.type, "name": row.name, "props": json_format.MessageToDict(row.properties)}
        for row in requests.questions(asked)
        if hasattr(row, "properties")
    ]
    types, given = folder / "types.json", folder / "input.json"
    types.write_text(json.dumps({"types": sorted({row["type"] for row in rows})}), encoding="utf-8")
    binary = _built()

    def evaluated(resources: object) -> int:
        given.write_text(json.dumps({"resources": resources}), encoding="utf-8")
        words = ["eval", "--format", "raw", "-d", str(MODULE / "rules.rego"), "-d", str(types), "-i", str(given)]
        return int(subprocess.check_output([binary, *words, "count(data.govnet.deny)"]))

    opened = next(row for row in rows if row["type"].endswith(":SecGroupRule"))
    everybody = {**opened, "props": {**opened["props"], "direction": "ingress", "remoteIpPrefix": "::/0"}}
    assert (evaluated([everybody]), evaluated(rows)) == (1, 0)
    seconds = [_cpu(lambda: evaluated(rows)) for _ in range(TIMES)]
    command = "opa eval -d rules.rego -d types.json -i input.json data.govnet.deny"
    return Figure("OPA, four rules", command, seconds, f"{len(rows)} resources, process start included")


def _built() -> Path:
    """OPA from its Go module, in the user's cache."""
    locked = b"".join((MODULE / name).read_bytes() for name in ("go.mod", "go.sum"))
    binary = cache_folder(os.environ) / "opa" / hashlib.sha256(locked).hexdigest()[:16] / "opa"
    if not binary.exists():
        binary.parent.mkdir(parents=True, exist_ok=True)
        draft = binary.with_name(".draft")
        environment = os.environ | {"CGO_ENABLED": "0", "GOFLAGS": "-mod=readonly -trimpath -buildvcs=false"}
        subprocess.run(
            ["nice", "go", "build", "-C", str(MODULE), "-o", str(draft), PACKAGE], env=environment, check=True
        )
        os.replace(draft, binary)
    return binary
