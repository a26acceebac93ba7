"""The machines: what it takes to see that nothing has changed, to make deleted ones again, to let people in, and what one weighs."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import mean

from infra import stackfiles
from infra.engine import ROOT
from infra.hostaccess import reach
from infra.inventory.access import made, ssh_file
from infra.observing.api import Api
from lab.places import default_places
from tests.bench.figures import Figure, Part, timed
from tests.converging import GOVNET, MAKE_UP, promises, said
from tests.killing import descendants, words
from tests.measuring import available
from tests.real import blueprint

BOOT = 30
"""Seconds from the order to make a machine until it lets people in."""


def measure() -> Part:
    said(*MAKE_UP)
    platforms = [f"{site}.platform" for site in sorted(stackfiles.sites_with_machines(ROOT))]
    names = [row.name for _, row in made(blueprint())]
    unchanged, told = timed(lambda: said(GOVNET, "configure"))
    looked, _ = timed(lambda: said(GOVNET, "configure", "--check"))
    verified, trials = timed(lambda: said(GOVNET, "verify"))
    weight = round(mean(memory() for _ in range(3)) / len(names) / 2**20)
    free = available() // 2**20
    _delete_all()
    again, _ = timed(lambda: said(GOVNET, "up", *platforms, "--refresh"))
    open_after, _ = timed(lambda: _let_in(names))
    configured, changed = timed(lambda: said(GOVNET, "configure"))
    count = len(names)
    return Part(
        "machines",
        "Machines",
        [
            Figure("nothing to change", "govnet configure", unchanged, f"{_changes(told)} changes on {count} machines"),
            Figure("check mode", "govnet configure --check", looked),
            Figure("verified", "govnet verify", verified, f"{promises(trials)} promises kept, packets included"),
            Figure(
                f"{count} machines deleted with the cloud's API, made again",
                f"govnet up {' '.join(platforms)} --refresh",
                again,
                "same addresses, same host keys",
            ),
            Figure("from ACTIVE until all let the operator in", "ssh -F … true", open_after, limit=BOOT),
            Figure("configured from bare", "govnet configure", configured, f"{_changes(changed)} changes"),
        ],
        [
            (
                f"A machine weighs {weight} MiB (proportional set size of its processes, mean of {count}, configured); "
                f"with the lab and {count} of them up, {free} MiB are available: {free // weight} more of them by memory alone."
            )
        ],
    )


def _changes(told: str) -> int:
    return sum(map(int, re.findall(r"^✓ .*变更 (\d+)", told, re.MULTILINE)))


def _delete_all() -> None:
    """As somebody would with the OpenStack client; gone when this returns."""
    for site in sorted(stackfiles.sites_with_machines(ROOT)):
        api = Api(default_places().clouds_file, stackfiles.stack_cloud(ROOT, site, "platform"))
        for row in api.list("compute", "/servers", "servers"):
            api.delete("compute", f"/servers/{row['id']}")
        while api.list("compute", "/servers", "servers"):
            time.sleep(1)


def _let_in(names: Sequence[str]) -> str:
    """Until every machine has let the operator in by its known host key."""
    file = ssh_file(reach(ROOT, blueprint()).keys)
    for name in names:
        line = ["ssh", "-o", "BatchMode=yes", "-o", "ControlPath=none", "-F", str(file), name, "true"]
        while subprocess.run(line, capture_output=True, check=False).returncode:
            time.sleep(0.5)
    return ""


def memory() -> int:
    """Bytes that the machines' processes have, each page that several share counted once."""
    return sum(map(_proportional, _of_machines()))


def _of_machines() -> Iterator[int]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and Path(next(iter(words(int(entry.name))), "")).name == "libvirt_lxc":
            yield from {int(entry.name), *descendants(int(entry.name))}


def _proportional(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)[1]) * 1024  # type: ignore[index]  # the kernel always says it
