"""Estates with many tenants: how reading, allocating, compiling and judging them grow.

Each size is measured in a process of its own, so that its peak of memory is its own. Nothing is written outside a temporary folder.
"""

from __future__ import annotations

import resource
import shutil
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple, TypeVar

from infra.addressing import ledger
from infra.addressing.allocate import allocate
from infra.blueprint.load import load
from infra.clock import today
from infra.engine import ROOT
from infra.reading import read_estate
from policies.evaluate import evaluate
from policies.rule import Context
from tests.bench.figures import Figure, Part

SMALL, LARGE = 2_000, 20_000
STEEPEST = 1.5
"""How much more than in proportion the large size may take. Sorting and memory are not quite linear; anything quadratic takes ten times."""
_PUBLIC = 400
"""Tenants of a site in the public zone, whose part for tenants holds 512 of the smallest; the others go to the exchange zone."""
_STEPS = {
    "read": "read_estate(estate)",
    "allocate": "allocate(estate, site, today)",
    "load": "load(estate)",
    "rules": "evaluate(context)",
}
Result = TypeVar("Result")


class Size(NamedTuple):
    """What one size took: tenants asked for, processor seconds of each step, peak of memory in MiB, objects that the rules judged."""

    tenants: int
    seconds: dict[str, float]
    peak: float
    judged: int

    @property
    def total(self) -> float:
        return round(sum(self.seconds.values()), 3)


def measure() -> Part:
    """Both sizes, one after the other."""
    small, large = (_in_own_process(tenants) for tenants in (SMALL, LARGE))
    return part(small, large)


def part(small: Size, large: Size) -> Part:
    """The figures of two sizes; the larger one's limit follows from what the smaller one took. Pure."""
    times = large.tenants / small.tenants
    rows = [Figure(_what(size, step), _STEPS[step], [size.seconds[step]]) for size in (small, large) for step in _STEPS]
    whole = [
        Figure(_what(size, "all of it"), "make bench PART=scale", [size.total], _weight(size))
        for size in (small, large)
    ]
    whole[1] = replace(whole[1], limit=round(STEEPEST * times * small.total))
    return Part(
        "scale",
        f"Scale: {small.tenants} and {large.tenants} tenants",
        [*rows, *whole],
        [
            "Seconds of the processor, not on the clock: one process takes one step after the other, whatever else the machine does.",
            (
                f"{times:.0f} times the tenants took {large.total / small.total:.1f} times the seconds and"
                f" {large.peak / small.peak:.1f} times the memory; the limit is {STEEPEST} times what would be in proportion."
            ),
            "The tenants stand in a copy of `estate/`, at every site but the DR centre in turn, with four flows each.",
        ],
    )


def _what(size: Size, step: str) -> str:
    return f"{size.tenants} tenants: {step}"


def _weight(size: Size) -> str:
    return f"peak {size.peak:.0f} MiB, {size.judged} objects judged"


# --- one size ---------------------------------------------------------------------------------------------------------
def _in_own_process(tenants: int) -> Size:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(of, tenants).result()


def of(tenants: int) -> Size:
    """Every step over an estate with this many more tenants; all of them must be sound and in the blueprint."""
    with tempfile.TemporaryDirectory(prefix="govnet-bench-") as name:
        root = Path(name) / "estate"
        shutil.copytree(ROOT / "estate", root)
        write_tenants(root, tenants)
        read, reading = _cpu(lambda: read_estate(root).estate)
        assert read is not None
        allocating = 0.0
        for site in read.sites.values():
            (fresh, findings), taken = _cpu(partial(allocate, read, site, today()))
            assert not findings, findings[:3]
            allocating += taken
            (root / "sites" / site.id / "ledger.yaml").write_text(ledger.render(fresh), encoding="utf-8")
        loaded, loading = _cpu(lambda: load(root))
    assert loaded.estate is not None
    assert loaded.blueprint is not None
    assert loaded.findings == ()
    assert sum(len(site.tenants) for site in loaded.blueprint.sites) >= tenants
    context = Context(loaded.estate, loaded.blueprint, today())
    evaluation, judging = _cpu(lambda: evaluate(context))
    assert evaluation.crashed == ()
    seconds = dict(zip(_STEPS, (reading, allocating, loading, judging), strict=True))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Size(tenants, seconds, peak, sum(evaluation.judged.values()))


def _cpu(action: Callable[[], Result]) -> tuple[Result, float]:
    """What an action gives, and the seconds of the processor that it took."""
    begun = time.process_time()
    result = action()
    return result, round(time.process_time() - begun, 3)


def write_tenants(root: Path, count: int) -> None:
    """Add tenants to every site in turn, four flows each, until there are `count` of them."""
    sites = sorted(folder.name for folder in (root / "sites").iterdir() if folder.name != "dr")
    for number in range(count):
        site, serial = sites[number % len(sites)], number // len(sites)
        zone = "public_shared" if serial < _PUBLIC else "data_exchange"
        folder = root / "sites" / site / "tenants"
        folder.mkdir(exist_ok=True)
        (folder / f"scale_{serial:05d}.yaml").write_text(_tenant(site, serial, zone), encoding="utf-8")


def _tenant(site: str, serial: int, zone: str) -> str:
    return f"""id: {site}_scale_{serial:05d}
title: 规模试验租户 {serial}
department: fagaiwei
zone: {zone}
state: active
owner: 规模试验
operator: 规模试验
hosts: 8
quota: {{machines: 4, cores: 8, ram_gib: 16, ports: 8}}
mlps: {{level: 2, filing: 示例备案}}
data_class: internal
state_secret: false
project: cloud_tenants
flows:
  ingress:
    - {{from: secure_access, ports: ["443/tcp"], purpose: 移动办公, expires: 2028-12-31}}
    - {{from: ops_mgmt, ports: ["8443/tcp"], purpose: 管理, expires: 2028-12-31}}
  egress:
    - {{to: security_mgmt, ports: ["8080/tcp"], purpose: 认证, expires: 2028-12-31}}
    - {{to: ops_mgmt, ports: ["8081/tcp"], purpose: 工单, expires: 2028-12-31}}
"""
