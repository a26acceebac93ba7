"""What must hold after a kill: the next `make up` converges, and nothing is missing, extra or different."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from infra import stackfiles
from infra.engine import ROOT

MAKE_UP = ("make", "up")
GOVNET = str(ROOT / ".venv" / "bin" / "govnet")
_COMPARED = re.compile(r"^(\w+)：蓝图 (\d+) 项，云 (\d+) 项，缺失 (\d+)，多余 (\d+)，不同 (\d+)", re.MULTILINE)
_PROBED = re.compile(r"应通 (\d+) 个（符合 (\d+)，.*?应断 (\d+) 个（符合 (\d+)，")
_PROMISED = re.compile(r"应诺 (\d+) 项，符合 (\d+) 项")
_ADOPTED = re.compile(r"认领 (\d+)，")


@dataclass(frozen=True)
class Converged:
    """`seconds` that `make up` took, resources it `adopted`; facts, probes and machines' promises that its verification found as they must be."""

    seconds: float
    adopted: int
    facts: int
    probes: int
    promises: int


def converged(*sites: str) -> Converged:
    """Run `make up` for these sites, all for none, and look. `AssertionError` with what was said when anything is not as it must be."""
    stacks = [stack for stack in stackfiles.deployed(ROOT) if not sites or stack[0] in sites]
    begun = time.monotonic()
    told = said(*MAKE_UP, *([f"SITES={' '.join(sites)}"] if sites else []))
    seconds = round(time.monotonic() - begun, 1)
    facts, probes = verified(told, {site for site, _ in stacks})
    kept = promises(told) if stackfiles.sites_with_machines(ROOT) & {site for site, _ in stacks} else 0
    again = said(GOVNET, "up", *sites)
    assert again.count("无变更") == len(stacks), f"a second run changed something:\n{again}"
    return Converged(seconds, sum(map(int, _ADOPTED.findall(told))), facts, probes, kept)


def verified(told: str, sites: Collection[str]) -> tuple[int, int]:
    """Facts and probes that a verification of these sites found right; `AssertionError` when one was not."""
    compared = _COMPARED.findall(told)
    assert {site for site, *_ in compared} == set(sites), told
    for site, expected, observed, *wrong in compared:
        assert (int(expected) > 0, observed, wrong) == (True, expected, ["0", "0", "0"]), f"{site}:\n{told}"
    permitted, passed, denied, stopped = map(int, next(iter(_PROBED.findall(told)), (0, 0, 0, 0)))
    assert (permitted > 0, denied > 0, passed, stopped) == (True, True, permitted, denied), told
    return sum(int(expected) for _, expected, *_ in compared), permitted + denied


def promises(told: str) -> int:
    """Machines' promises that a verification found kept; `AssertionError` when one was not, or none was tried."""
    given, kept = map(int, next(iter(_PROMISED.findall(told)), (0, 0)))
    assert given == kept > 0, told
    return kept


def said(*command: str, root: Path = ROOT) -> str:
    """What a command printed that was started in a checkout; it has to succeed."""
    done = subprocess.run(
        command,
        cwd=root,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(command)}: {done.returncode}\n{done.stdout[-6000:]}"
    return done.stdout
