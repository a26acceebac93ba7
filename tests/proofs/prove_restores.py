"""A machine is destroyed, made anew and given its data back, from its own site's copy and from another's: every file, and every row, as it was."""

from __future__ import annotations

import shlex
import time
from pathlib import Path

import pytest

from infra import stackfiles
from infra.backups.sent import HOME, Sent, sent
from infra.engine import ROOT
from infra.inventory.access import made
from infra.model.enums import Capability
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
    "playbooks/roles/database/**/*",
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


LOAD = "campaign"
"""Database that a writer fills all the time; its three sums of money are the same at every moment, and only between transactions."""
BALANCES = """\
SELECT count(*), sum(delta) = (SELECT sum(abalance) FROM pgbench_accounts), sum(delta) = (SELECT sum(tbalance) FROM pgbench_tellers)
FROM pgbench_history"""


def copies(capability: Capability = Capability.MONITORING) -> dict[str, Sent]:
    """Of the machine whose copy is carried: that of its own site, and that of the other."""
    rows = tuple(
        sent((site, row) for site, row in made(blueprint()) if site.id in stackfiles.sites_with_machines(ROOT))
    )
    away = next(row for row in rows if not row.local and row.source.capability == capability)
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
    made_anew, configured = renewed(name, site)
    assert not on(name).file(DATA).exists, "the new machine has the old one's data: nothing was destroyed"
    assert not copies_itself(name), "a copy of the empty machine was taken"
    said(GOVNET, "backup", "restore", name, "--from", copy.copy.site, "--yes")
    restored = time.monotonic()
    on.cache_clear()
    assert copies_itself(name)
    after = on(name).check_output(f"sh -c {shlex.quote(SUMS)}").splitlines()
    assert after == before
    assert on(name).service("prometheus").is_running
    said(GOVNET, "verify", site)
    counts |= {
        "machine": name,
        "copy_at": copy.copy.site,
        "files": len(after),
        **measured(copy, taken, destroyed, made_anew, configured, restored),
    }


@pytest.mark.usefixtures("everything_up")
@pytest.mark.parametrize("which", ["from_home", "from_the_other_site"])
def test_a_destroyed_database_gets_its_rows_back(which: str, counts: Counts) -> None:
    """Somebody wrote all the time. What comes back is a moment between two transactions, and not an older one than that of the copy."""
    copy = copies(Capability.DATABASE)[which]
    name, site = copy.source.name, copy.site.id
    on.cache_clear()
    loaded(name)
    before = int(balances(name)[0])
    taken = time.monotonic()
    copied(copy)
    said(GOVNET, "backup", "status", site)
    assert on(name).run("systemctl is-active govnet-campaign").succeeded, "the writer was disturbed"
    last = int(balances(name)[0])
    destroyed = time.monotonic()
    made_anew, configured = renewed(name, site)
    assert LOAD not in psql(name, "SELECT datname FROM pg_database", "postgres")
    assert not copies_itself(name), "a copy of the empty machine was taken"
    said(GOVNET, "backup", "restore", name, "--from", copy.copy.site, "--yes")
    restored = time.monotonic()
    on.cache_clear()
    assert copies_itself(name)
    rows, *equal = balances(name)
    assert equal == ["t", "t"]
    assert before <= int(rows) < last
    assert psql(name, "SELECT count(*) FROM pgbench_accounts") == "100000"
    psql(name, f"DROP DATABASE {LOAD}", "postgres")
    said(GOVNET, "verify", site)
    counts |= {
        "machine": name,
        "copy_at": copy.copy.site,
        "rows_written_meanwhile": last - before,
        "rows": int(rows) + 100_000,
        **measured(copy, taken, destroyed, made_anew, configured, restored),
    }


def renewed(name: str, site: str) -> tuple[float, float]:
    """A machine destroyed, made anew and configured: when it was made, and when it was configured."""
    destroy(name, site)
    said(GOVNET, "up", f"{site}.platform", "--refresh")
    made_anew = time.monotonic()
    said(GOVNET, "configure", name)
    on.cache_clear()
    return made_anew, time.monotonic()


def measured(
    copy: Sent, taken: float, destroyed: float, made_anew: float, configured: float, restored: float
) -> dict[str, dict[str, float]]:
    """What the record says of times."""
    return {
        "seconds": {
            "machine_made_again": round(made_anew - destroyed, 1),
            "configured": round(configured - made_anew, 1),
            "restored": round(restored - configured, 1),
        },
        "rto": {"minutes": round((restored - destroyed) / 60, 2), "limit": copy.job.rto_minutes},
        "rpo": {"minutes": round((destroyed - taken) / 60, 2), "limit": copy.job.rpo_minutes},
    }


def psql(name: str, question: str, database: str = LOAD) -> str:
    """What a database answers."""
    command = f"cd / && runuser -u postgres -- psql -XqAt -d {database} -c {shlex.quote(question)}"
    return str(on(name).check_output(f"sh -c {shlex.quote(command)}")).strip()


def balances(name: str) -> list[str]:
    """How many transactions there were, and whether money is equal in both places (`t`)."""
    return psql(name, BALANCES).split("|")


def loaded(name: str) -> None:
    """A database of 100,000 accounts, and a writer who does not stop: fifty transactions a second."""
    machine, bench = on(name), "/usr/lib/postgresql/15/bin/pgbench"
    psql(name, f"DROP DATABASE IF EXISTS {LOAD} WITH (FORCE)", "postgres")
    psql(name, f"CREATE DATABASE {LOAD}", "postgres")
    machine.check_output(f"sh -c 'cd / && runuser -u postgres -- {bench} --initialize --quiet --scale=1 {LOAD}'")
    machine.check_output(
        f"systemd-run --quiet --collect --unit=govnet-campaign --uid=postgres {bench} --no-vacuum --rate=50 --time=3600 {LOAD}"
    )


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


def copies_itself(name: str) -> bool:
    """Whether a machine takes a copy when it is told to."""
    return bool(on(name).run("systemctl start govnet-backup-client.service").succeeded)


def copied(copy: Sent) -> None:
    """A copy taken now is where this one is kept."""
    assert copies_itself(copy.source.name)
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
