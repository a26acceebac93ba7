"""Estates with many tenants, and how long reading, allocating, compiling and judging them takes.

    .venv/bin/python -m tests.scale 2000 20000

prints one line a size: tenants, files, seconds of each step (CPU), and the peak of memory in MiB. Nothing is written outside a
temporary folder.
"""

from __future__ import annotations

import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

from infra.addressing import ledger
from infra.addressing.allocate import allocate
from infra.blueprint.load import load
from infra.clock import today
from infra.reading import read_estate
from policies.evaluate import evaluate
from policies.rule import Context

ESTATE = Path(__file__).parent.parent / "estate"
_PUBLIC = 400
"""Tenants of a site in the public zone, whose part for tenants holds 512 of the smallest; the others go to the exchange zone."""


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


def measure(count: int, folder: Path) -> dict[str, float]:
    """CPU seconds of each step over an estate with `count` more tenants; everything must be sound and in the blueprint."""
    root = folder / f"estate-{count}"
    shutil.copytree(ESTATE, root)
    write_tenants(root, count)
    seconds: dict[str, float] = {}
    started = time.process_time()
    estate = read_estate(root).estate
    assert estate is not None
    seconds["read"] = time.process_time() - started
    started = time.process_time()
    for site in estate.sites.values():
        fresh, findings = allocate(estate, site, today())
        assert not findings, findings[:3]
        (root / "sites" / site.id / "ledger.yaml").write_text(ledger.render(fresh), encoding="utf-8")
    seconds["allocate"] = time.process_time() - started
    started = time.process_time()
    loaded = load(root)
    seconds["load"] = time.process_time() - started
    assert loaded.estate is not None
    assert loaded.blueprint is not None
    assert loaded.findings == ()
    assert sum(len(site.tenants) for site in loaded.blueprint.sites) >= count
    started = time.process_time()
    evaluate(Context(loaded.estate, loaded.blueprint, today()))
    seconds["rules"] = time.process_time() - started
    return seconds


def main() -> None:
    for text in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as folder:
            seconds = measure(int(text), Path(folder))
        steps = "  ".join(f"{name} {value:.2f} s" for name, value in seconds.items())
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{text} tenants: {steps}  peak {peak:.0f} MiB")


if __name__ == "__main__":
    main()
