"""Things break on machines, one after another: each is told to the right post in its stated time, and its end too. What was measured is kept."""

from __future__ import annotations

import secrets
import shlex
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra import certificates
from infra.engine import ROOT
from infra.hostaccess import LAB_PACE, reach
from infra.inventory.certificates import authority_file, certificate_files, holders
from lab import wires
from lab.cloud import opened
from tests.lab.conftest import must
from tests.lab.machines.alarms import ENDED, PROGRAMS, Raised, awaited, fault, letters, posts
from tests.lab.machines.machines import on, variables
from tests.lab.machines.stranger import stranger
from tests.proofs.conftest import Counts
from tests.real import blueprint

ABOUT = (
    "infra/monitoring/*.py",
    "infra/inventory/monitoring.py",
    "playbooks/roles/base/files/govnet_log_*.py",
    "playbooks/roles/base/templates/rsyslog.conf.j2",
    "playbooks/files/govnet_census/*.py",
    "playbooks/files/govnet_postbox/*.py",
    "playbooks/roles/database/files/queries.yml",
    "playbooks/roles/database/tasks/metrics.yml",
    "playbooks/roles/database/templates/roles.sql.j2",
    "playbooks/roles/monitoring/**/*",
    "tests/lab/machines/alarms.py",
    "tests/lab/machines/stranger.py",
)
PROVINCE, CITY = "province-monitoring-monitoring-1", "suqian-monitoring-monitoring-1"
KEEPER = "province-accountability-logging-1"
DATABASE = "suqian-shared_materials-database-1"
FILL = "fallocate -l $(( $(df --output=avail -B1 / | tail -1) - $(df --output=size -B1 / | tail -1) / 20 )) /var/fill"
ASK = "cd / && runuser -u postgres -- psql -XqAt -v ON_ERROR_STOP=1 -d shared_materials -c "
RENEW = f"""{ASK}"SELECT govnet.renewed('shared_materials_items')\""""
AGED = f"""{RENEW} -c "UPDATE govnet.renewals SET renewed = now() - interval '8 days' WHERE dataset = 'shared_materials_items'\""""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is broken, and the alarm that must be told for it: at `monitor`, of `host`. `silenced`: what must not be told meanwhile.

    `breaks` may say the moment at which it is broken; otherwise that is when it begins to break it.
    """

    monitor: str
    alarm: str
    host: str
    breaks: Callable[[], AbstractContextManager[object]]
    silenced: str = ""


def on_machine(name: str, breaks: str, mends: str) -> Callable[[], AbstractContextManager[object]]:
    return lambda: fault(name, breaks, mends)


@contextmanager
def a_broken_trunk() -> Iterator[None]:
    """The city's wire is taken off the carrier's bridge, in every zone."""
    lab = opened()
    bridge = wires.site_bridge("suqian")
    wires.vsctl(lab, "--", "del-port", wires.CARRIER, f"{wires.CARRIER}-to-{bridge}")
    try:
        yield
    finally:
        wires.ensure(lab)


@contextmanager
def a_stranger() -> Iterator[None]:
    with stranger("suqian", "ops_mgmt"):
        on(CITY).check_output("systemctl start govnet-census.service")
        yield
    on(CITY).check_output("systemctl start govnet-census.service")


@contextmanager
def an_expired_certificate() -> Iterator[float]:
    """The keeper of logs has one of its own authority, for its own key and name, that ended a year ago; the next configuration mends it.
    It is told from when the keeper shows it: until then nobody answers there, which is another alarm."""
    site, home = KEEPER.partition("-")[0], reach(ROOT, blueprint()).keys
    file, key = certificate_files(home, site, KEEPER)
    with tempfile.TemporaryDirectory(prefix="govnet-expired-") as name:
        folder = Path(name)
        (folder / site / "certificates").mkdir(parents=True)
        old, old_key = certificate_files(folder, site, KEEPER)
        shutil.copy(key, old_key)
        shutil.copy(authority_file(home, site).with_suffix(".key"), authority_file(folder, site).with_suffix(".key"))
        holder = holders(blueprint())[site][KEEPER]
        certificates.ensure(folder, site, [(KEEPER, holder)], now=datetime.now(UTC) - timedelta(days=731))
        text = old.read_text(encoding="ascii")
    assert text != file.read_text(encoding="ascii")
    install = f"printf %s {shlex.quote(text)} > /etc/govnet/tls/machine.pem && systemctl restart rsyslog"
    on(KEEPER).check_output(f"sh -c {shlex.quote(install)}")
    try:
        yield time.time()
    finally:
        must("configure", KEEPER)


AWAY, ARRIVES = 60.0, 240.0
"""Seconds for which the keeper of logs is away; seconds within which all lines of that time are with it afterwards."""


@contextmanager
def the_keeper_away() -> Iterator[None]:
    """For a minute, or until it is told, whichever takes longer."""
    back = time.monotonic() + AWAY
    with fault(KEEPER, "systemctl stop rsyslog", "systemctl start rsyslog"):
        yield
        time.sleep(max(0.0, back - time.monotonic()))


FAULTS = {
    "service_killed": Fault(
        CITY,
        "service_stopped",
        CITY,
        on_machine(CITY, "systemctl kill -s KILL chrony", "systemctl reset-failed chrony; systemctl start chrony"),
    ),
    "timer_stopped": Fault(
        CITY,
        "timer_stopped",
        CITY,
        on_machine(CITY, "systemctl stop govnet-backup-check.timer", "systemctl start govnet-backup-check.timer"),
    ),
    "disk_filled": Fault(CITY, "disk_filling", CITY, on_machine(CITY, FILL, "rm /var/fill")),
    "dataset_not_renewed": Fault(CITY, "dataset_stale", DATABASE, on_machine(DATABASE, AGED, RENEW)),
    "stranger": Fault(CITY, "undeclared_answers", CITY, a_stranger),
    "monitor_of_a_city_gone": Fault(
        PROVINCE, "city_lost", CITY, on_machine(CITY, "systemctl stop prometheus", "systemctl start prometheus")
    ),
    "trunk_broken": Fault(PROVINCE, "trunk_lost", CITY, a_broken_trunk, silenced="city_lost"),
}


KEEPER_FAULTS = {
    "log_server_away": Fault(PROVINCE, "service_down", KEEPER, the_keeper_away),
    "certificate_expired": Fault(PROVINCE, "certificate_expiring", KEEPER, an_expired_certificate),
}


@pytest.fixture(scope="module")
def configured() -> None:
    must("configure")
    must("verify")


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_and_so_is_its_end(name: str, counts: Counts) -> None:
    """To the operator of the machine; of what lies between the sites, to the province's."""
    counts |= suffered(FAULTS[name])


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize("name", KEEPER_FAULTS)
def test_no_line_is_lost_whatever_happens_to_the_keeper_of_logs(name: str, counts: Counts) -> None:
    """It is told, and what a machine wrote meanwhile, ten lines a second, is with the keeper soon after."""
    with written() as lines:
        counts |= suffered(KEEPER_FAULTS[name])
    end = time.monotonic() + ARRIVES
    while (kept := lines.kept()) != lines.all and time.monotonic() < end:
        time.sleep(2)
    counts |= {"lines": len(lines.all), "lost": len(lines.all - kept)}
    assert len(lines.all) > 10 * AWAY / 2, "the writer did not write"
    assert kept == lines.all


@dataclass
class Lines:
    """Numbered lines with a word that nobody else uses; `count`, when they have ended."""

    word: str
    count: int = 0

    @property
    def all(self) -> set[int]:
        return {*range(1, self.count + 1)}

    def kept(self) -> set[int]:
        """Which of them the keeper has."""
        found = on(KEEPER).run(f"grep -rhoE '{self.word} [0-9]+$' /var/log/govnet/{PROVINCE}").stdout.splitlines()
        return {int(row.split()[1]) for row in found}


@contextmanager
def written() -> Iterator[Lines]:
    """A machine writes them as long as the block runs."""
    lines, folder = Lines(secrets.token_hex(8)), "/run/govnet-campaign"
    loop = f"n=0; while test -e {folder}; do n=$((n+1)); logger {lines.word} $n; echo $n > /run/govnet-lines; sleep 0.1; done"
    on(PROVINCE).check_output(f"mkdir -p {folder}")
    on(PROVINCE).check_output(f"systemd-run --quiet --collect --unit=govnet-campaign sh -c {shlex.quote(loop)}")
    try:
        yield lines
    finally:
        on(PROVINCE).check_output(f"rmdir {folder}")
        time.sleep(2)
        lines.count = int(on(PROVINCE).check_output("cat /run/govnet-lines"))


def suffered(what: Fault) -> Counts:
    """A fault from its beginning to its end: what was told when, of which nothing may be missing or late."""
    operator = posts(what.monitor if what.monitor == PROVINCE else what.host)[0]
    expected = Raised(what.monitor, what.alarm, what.host, operator)
    begun = time.time()
    with what.breaks() as moment:
        since = moment if isinstance(moment, float) else begun
        began = awaited([expected], "firing", since, {expected: expected.limit})
        mending = time.time()
    mended = time.time() - mending  # the end may be told before whoever mends it has gone home
    limit = ENDED / LAB_PACE + PROGRAMS
    ended = awaited([expected], "resolved", mending, {expected: mended + limit})
    said = [row["alarm"] for row in letters(what.monitor, begun)]
    assert expected in began, said
    assert expected in ended, said
    assert what.silenced not in said
    return {
        "alarm": what.alarm,
        "post": operator,
        "told_after": {"seconds": round(began[expected], 1), "limit": expected.limit},
        "end_told_after": {"seconds": round(max(0.0, ended[expected] - mended), 1), "limit": limit},
        "letters": len(said),
    }


def test_what_is_told_while_nothing_is_wrong(counts: Counts) -> None:
    """Nothing, for as long as the gravest alarm takes twice over."""
    begun = time.time()
    time.sleep(60)
    told = {name: [row["alarm"] for row in letters(name, begun)] for name in (PROVINCE, CITY)}
    counts |= {
        "seconds": 60,
        "letters": told,
        "watched": {name: len(variables(name)["monitoring_targets"]["node"]) for name in told},
    }
    assert told == {PROVINCE: [], CITY: []}
