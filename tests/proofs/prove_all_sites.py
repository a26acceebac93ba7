"""All fifteen sites on the lab, every one open: up from nothing, verified in both directions, unchanged when done again, and down.

A copy of this checkout does it (`tests/province.py`), and the lab is the copy's for that time: what this checkout has in it is gone, and
its next `make up` begins anew. Machines are made for the two sites that have them here. Figures go to docs/benchmarks.md.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from infra import stackfiles
from infra.engine import ROOT
from infra.files import write_whole
from lab.places import default_places
from tests import province
from tests.bench import figures
from tests.bench.figures import Figure, Part, timed
from tests.bench.main_job import steps_of
from tests.converging import GOVNET, promises, said, verified
from tests.measuring import Memory, api_calls, counted, of_services
from tests.proofs.conftest import Counts

ABOUT = (
    "Makefile",
    "estate/**/*.yaml",
    "infra/blueprint/*.py",
    "infra/driver/*.py",
    "infra/facts/*.py",
    "infra/layers/*.py",
    "infra/probing/*.py",
    "lab/*.py",
    "lab/services/*.py",
    "tests/measuring.py",
    "tests/province.py",
)
FOLDER = ROOT / ".govnet" / "province"
"""Always the same, so that a campaign that was interrupted is found and goes on."""
MAKE_UP = ("make", "up", "SITES=all")


class Province:
    """The copy and what was measured with it. `command`: its own govnet."""

    def __init__(self) -> None:
        self.command = str(FOLDER / ".venv" / "bin" / "govnet")
        self.rows: list[Figure] = []
        self.remarks: list[str] = []

    def begin(self) -> None:
        """A new copy with a lab of its own, in which there is nothing yet."""
        self.end()
        sites = province.checkout(FOLDER)
        assert len(sites) == 15
        gateway = FOLDER / "lab" / "services" / "gateway.py"
        write_whole(gateway, counted(gateway.read_text(encoding="utf-8")))

    def end(self) -> None:
        """Take the lab from whoever has it, and the copy away."""
        if Path(self.command).exists():
            said(self.command, "lab", "reset", root=FOLDER)
        shutil.rmtree(FOLDER, ignore_errors=True)
        said(GOVNET, "lab", "reset")

    def measure(self, what: str, *command: str) -> tuple[str, Counts]:
        """Run a command of the copy; what it printed, and what it took: seconds, memory of the machine in MiB, calls of the API."""
        asked = api_calls(default_places().log)
        with Memory() as memory:
            seconds, told = timed(lambda: said(*command, root=FOLDER))
        calls = api_calls(default_places().log) - asked
        shown = " ".join(command).replace(self.command, "govnet")
        note = f"{calls.total()} calls of the API, at most {memory.most} MiB more than before"
        self.rows.append(Figure(what, shown, seconds, note))
        self.rows += [Figure(f"of that: {step}", shown, took) for step, took in by_kind(steps_of(told)).items()]
        return told, {"seconds": seconds[0], "api_calls": dict(sorted(calls.items())), "memory_mib": memory.most}


@pytest.fixture(scope="module")
def everything() -> Iterator[Province]:
    """The province; what was measured is written down however it ends. The lab stays with the copy until the last case takes it down."""
    whole = Province()
    yield whole
    if whole.rows:
        title = "All fifteen sites on the lab, every one open"
        figures.keep(Part("all_sites", title, whole.rows, whole.remarks, how="`make prove`"))
        write_whole(figures.PAGE, figures.page(figures.kept()))


def by_kind(steps: Iterable[tuple[str, float]]) -> dict[str, list[float]]:
    """What the steps of a run took, those of the sites' stacks together by layer, and the sites' readings together."""
    found: dict[str, list[float]] = {}
    for step, seconds in steps:
        layer = re.match(r"\S+\.([a-z]+)\b", step)
        kind = f"layer {layer[1]} of a site" if layer else re.sub(r"^[a-z]+：", "站点：", step)
        found.setdefault(kind, []).append(seconds)
    return found


def deployed() -> list[tuple[str, str]]:
    """Every stack of the fifteen sites; no site is without any."""
    found = stackfiles.deployed(FOLDER)
    assert len({site for site, _ in found}) == 15
    return found


def standing(everything: Province) -> Province:
    """The province up, also when an earlier run was interrupted after that; what is there already is left alone."""
    if not FOLDER.exists():
        everything.begin()
    said(*MAKE_UP, root=FOLDER)
    return everything


def test_up(everything: Province, counts: Counts) -> None:
    """From an empty cloud, verification included."""
    everything.begin()
    told, took = everything.measure("nothing in the cloud, caches warm", *MAKE_UP)
    facts, probes = verified(told, {site for site, _ in deployed()})
    created = sum(map(int, re.findall(r"新建 (\d+)", told)))
    stacks = len(re.findall(r"新建 \d+", told))
    assert stacks == len(deployed())
    memory = of_services(default_places())
    everything.remarks += [
        f"{created} resources in {stacks} stacks of 15 sites; then {facts} facts and {probes} probes, every one as it must be.",
        "Resident memory of the lab then, in MiB: " + "、".join(f"{name} {mib}" for name, mib in memory.items()) + ".",
    ]
    counts |= {"sites": 15, "stacks": stacks, "resources": created, "facts": facts, "probes": probes, **took}
    counts["promises"] = promises(told)
    counts |= {"lab_memory_mib": memory}


def test_verify(everything: Province, counts: Counts) -> None:
    """The cloud has nothing less and nothing more than the blueprint; packets pass where they must and nowhere else."""
    whole = standing(everything)
    told, took = whole.measure("verified again", whole.command, "verify")
    facts, probes = verified(told, {site for site, _ in deployed()})
    counts |= {"facts": facts, "probes": probes, **took}


def test_unchanged(everything: Province, counts: Counts) -> None:
    whole = standing(everything)
    told, took = whole.measure("done again, nothing to change", whole.command, "up")
    assert told.count("无变更") == len(deployed()), told
    counts |= {"stacks": len(deployed()), **took}


def test_down(everything: Province, counts: Counts) -> None:
    """Everything is deleted, and the lab is left to whoever comes next."""
    whole = standing(everything)
    told, took = whole.measure("taken down", whole.command, "down", "--yes")
    deleted = sum(map(int, re.findall(r"删除 (\d+)", told)))
    assert deleted > 0
    whole.end()
    counts |= {"deleted": deleted, **took}
