"""A machine is destroyed, made anew and given its data back, from its own site's copy and from another's: every file as it was."""

from __future__ import annotations

import shlex
import time
from pathlib import Path

import pytest

from infra import stackfiles
from infra.backups.sent import HOME, Sent, sent
from infra.engine import ROOT
from infra.inventory.access import made
from tests.converging import GOVNET, MAKE_UP, said
from tests.lab import clouds
from tests.lab.machines.machines import on
from tests.proofs.conftest import Counts
from tests.real import blueprint

ABOUT = (
    "infra/backups/*.py",
    "infra/collecting.py",
    "infra/drilling.py",
    "infra/remote.py",
    "infra/restoring.py",
    "playbooks/files/govnet_backup/*.py",
    "playbooks/roles/backup/**/*",
    "playbooks/roles/backup_client/**/*",
)
FILES = 10_000
DATA = "/var/lib/prometheus/metrics2/campaign"
FILL = f"""\
import os, random
draw = random.Random({{seed}})
for number in range({FILES}):
    folder = "{DATA}/%02d/%02d" % (number % 100, number // 100 % 10)
    os.makedirs(folder, exist_ok=True)
    name = ("第 %d 份 data" if number % 7 == 0 else "%d.bin") % number
    with open(os.path.join(folder, name), "wb") as file:
        file.write(draw.randbytes(draw.choice((0, 1, 700, 4096, 20_000))))
"""
"""Sizes from nothing to some pages, names with spaces and in Chinese; nothing can be guessed or shared."""

SUMS = f"cd {DATA} && find . -type f -print0 | sort -z | xargs -0 sha256sum"
ARRIVES = 300.0
"""Seconds within which a copy is at the other site."""


def copies() -> dict[str, Sent]:
    """Of the machine whose copy is carried: that of its own site, and that of the other."""
    rows = tuple(
        sent((site, row) for site, row in made(blueprint()) if site.id in stackfiles.sites_with_machines(ROOT))
    )
    away = next(row for row in rows if not row.local)
    return {
        "from_home": next(row for row in rows if row.local and row.source == away.source),
        "from_the_other_site": away,
    }


@pytest.fixture(scope="module")
def everything_up() -> None:
    said(*MAKE_UP)


@pytest.mark.usefixtures("everything_up")
@pytest.mark.parametrize("which", ["from_home", "from_the_other_site"])
def test_a_destroyed_machine_gets_its_data_back(which: str, counts: Counts) -> None:
    """Sums of all files are taken on the machine before and after, by another program than the one that restores."""
    copy = copies()[which]
    name, site = copy.source.name, copy.site.id
    before = filled(name, seed=len(which))
    taken = time.monotonic()
    copied(copy)
    said(GOVNET, "backup", "status", site)
    destroyed = time.monotonic()
    destroy(name, site)
    said(GOVNET, "up", f"{site}.platform", "--refresh")
    made_anew = time.monotonic()
    said(GOVNET, "configure", name)
    configured = time.monotonic()
    assert not on(name).file(DATA).exists, "the new machine has the old one's data: nothing was destroyed"
    said(GOVNET, "backup", "restore", name, "--from", copy.copy.site, "--yes")
    restored = time.monotonic()
    on.cache_clear()
    after = on(name).check_output(f"sh -c {shlex.quote(SUMS)}").splitlines()
    assert after == before
    assert on(name).service("prometheus").is_running
    said(GOVNET, "verify", site)
    counts |= {
        "machine": name,
        "copy_at": copy.copy.site,
        "files": len(after),
        "seconds": {
            "machine_made_again": round(made_anew - destroyed, 1),
            "configured": round(configured - made_anew, 1),
            "restored": round(restored - configured, 1),
        },
        "rto": {"minutes": round((restored - destroyed) / 60, 2), "limit": copy.job.rto_minutes},
        "rpo": {"minutes": round((destroyed - taken) / 60, 2), "limit": copy.job.rpo_minutes},
    }


def filled(name: str, seed: int) -> list[str]:
    """Put files on a machine that were there never before: the sum of each."""
    on.cache_clear()
    machine = on(name)
    machine.check_output(f"rm -rf {DATA}")
    done = machine.run(f"python3 - <<'EOF'\n{FILL.format(seed=seed)}\nEOF")
    assert done.succeeded, done.stderr
    sums = machine.check_output(f"sh -c {shlex.quote(SUMS)}").splitlines()
    assert len(sums) == FILES
    return [str(row) for row in sums]


def copied(copy: Sent) -> None:
    """A copy taken now is where this one is kept."""
    assert on(copy.source.name).run("systemctl start govnet-backup-client.service").succeeded
    listed = on(copy.source.name).check_output("ls -t /var/lib/govnet-backup-client/manifests").split()[0]
    there = on(copy.keeper.name).file(f"{HOME}/{copy.repository}/snapshots/{Path(listed).stem}")
    end = time.monotonic() + ARRIVES
    while not there.exists and time.monotonic() < end:
        time.sleep(2)
    assert there.exists


def destroy(name: str, site: str) -> None:
    """Delete a server with Nova, as somebody might who should not, and wait until it is gone."""
    cloud = clouds.of(f"{site}-operator")
    server = cloud.one("compute", "/servers", name)["id"]
    cloud.must("DELETE", "compute", f"/servers/{server}")
    end = time.monotonic() + 120
    while cloud.call("GET", "compute", f"/servers/{server}").status_code != 404 and time.monotonic() < end:
        time.sleep(1)
    assert cloud.call("GET", "compute", f"/servers/{server}").status_code == 404
