"""A monitor watches everything that is declared, tells the right post in its stated time when something is wrong, and shows itself to nobody
who has no business with it."""

from __future__ import annotations

import json
import time
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest

from infra.hostaccess import LAB_PACE
from tests.lab.machines.alarms import ENDED, POST_BOX, PROGRAMS, Raised, awaited, fault, posts
from tests.lab.machines.machines import names, on, variables
from tests.lab.machines.stranger import stranger

pytestmark = pytest.mark.usefixtures("configured")

PROVINCE, CITY = "province-monitoring-monitoring-1", "suqian-monitoring-monitoring-1"
ALARMS_OF_COPIES = "/var/lib/prometheus/node-exporter/govnet-backup.prom"
OLD = (
    'cd /usr/local/lib/govnet && sed -E \'s/("moment": ")[^"]+/\\12001-01-01T00:00:00+00:00/\' '
    "/var/lib/govnet-backup-journal/journal.jsonl > /run/old.jsonl && "
    f"python3 -B -m govnet_backup.metrics --journal /run/old.jsonl --metrics {ALARMS_OF_COPIES}"
)
"""The journal as it would be had the last copies been taken long ago, told by the program that tells it every day."""
TOLD_AGAIN = (
    "cd /usr/local/lib/govnet && rm -f /run/old.jsonl && python3 -B -m govnet_backup.metrics "
    f"--journal /var/lib/govnet-backup-journal/journal.jsonl --metrics {ALARMS_OF_COPIES}"
)


def asked(name: str, path: str) -> object:
    address = variables(name)["monitoring_address"]
    ask = f"import urllib.request as u; print(u.urlopen('http://{address}:9090{path}', timeout=5).read().decode())"
    return json.loads(on(name).check_output(f'python3 -c "{ask}"'))


@pytest.mark.parametrize("name", [PROVINCE, CITY])
def test_every_service_of_a_monitor_runs_now_and_after_the_next_start(name: str) -> None:
    """Prometheus, its alerts, its probes, the post box, the clock of the census."""
    units = (
        "prometheus",
        "prometheus-alertmanager",
        "prometheus-blackbox-exporter",
        "govnet-postbox",
        "govnet-census.timer",
    )
    for unit in units:
        assert on(name).service(unit).is_running, unit
        assert on(name).service(unit).is_enabled, unit


def test_every_site_with_machines_has_its_monitor() -> None:
    assert names("monitoring") == [PROVINCE, CITY]


@pytest.mark.parametrize("name", [PROVINCE, CITY])
def test_only_the_query_port_is_open_to_others(name: str) -> None:
    """Alertmanager, the prober and the post box listen on the loopback address alone."""
    machine = on(name)
    for port in (9093, 9115, 9099):
        assert machine.check_output(f"ss -Hltn sport = :{port} | awk '{{print $4}}'").strip() == f"127.0.0.1:{port}"


def test_the_post_box_takes_no_rubbish_and_only_its_own_account_writes_in_it() -> None:
    """What is no notification is refused, and is not in the file."""
    machine = on(CITY)
    before = machine.file(POST_BOX).size if machine.file(POST_BOX).exists else 0
    post = "import urllib.request as u; u.urlopen('http://127.0.0.1:9099/', data=b'[1]', timeout=5)"
    refused = machine.run(f'python3 -c "{post}"')
    assert refused.failed
    assert "400" in refused.stderr
    assert (machine.file(POST_BOX).size if machine.file(POST_BOX).exists else 0) == before
    folder = machine.file("/var/lib/govnet-postbox")
    assert (folder.user, folder.mode & 0o022) == ("govnet-postbox", 0)


def test_the_province_has_every_citys_own_count() -> None:
    """By federation: a number that the city worked out, of its machines."""
    answer = asked(PROVINCE, "/api/v1/query?query=site:targets:count")
    assert isinstance(answer, dict)
    counts = {row["metric"]["site"]: int(row["value"][1]) for row in answer["data"]["result"]}
    for name in (PROVINCE, CITY):
        assert counts[variables(name)["monitoring_site"]] == len(variables(name)["monitoring_targets"]["node"])


def test_a_monitors_question_is_no_failed_authentication() -> None:
    """Asked how long its certificate holds, a keeper of logs finds nothing wrong with who asks; real ones would not be seen among them."""
    [keeper] = [row for row in names("logging") if row.startswith("province-")]
    since = int(on(keeper).check_output("date +%s"))
    time.sleep(4 * 30 / LAB_PACE)
    answer = asked(PROVINCE, "/api/v1/query?query=timestamp(probe_ssl_earliest_cert_expiry)")
    assert isinstance(answer, dict)
    moments = {row["metric"]["host"]: float(row["value"][1]) for row in answer["data"]["result"]}
    assert moments[keeper] > since
    assert "authentication error" not in on(keeper).check_output(
        f"journalctl --unit=rsyslog --since=@{since} --output=cat --no-pager"
    )


def test_a_census_asked_everybody_whom_it_was_told_to_ask() -> None:
    """And found nobody: on the lab nobody stands where nobody was declared."""
    for name in (PROVINCE, CITY):
        assert on(name).run("systemctl start govnet-census.service").succeeded
        said = on(name).file("/var/lib/prometheus/node-exporter/govnet-census.prom").content_string
        wanted = sum(len(zone["addresses"]) for zone in variables(name)["monitoring_census"])
        assert f"govnet_census_addresses {wanted}\n" in said
        assert "govnet_undeclared_answer" not in said


@dataclass
class Told:
    """What the post box had of the faults: seconds until it was told that they began, and that they ended."""

    expected: list[Raised]
    began: dict[Raised, float] = field(default_factory=dict)
    ended: dict[Raised, float] = field(default_factory=dict)


@pytest.fixture(scope="module")
def faults(configured: None) -> Told:
    """Five at once, so that there is one wait: a service killed, a clock stopped, copies too old, a stranger, a city's monitor gone."""
    operator, owner = posts(PROVINCE)
    assert on(PROVINCE).run("systemctl start govnet-backup-client.service").succeeded
    with ExitStack() as wrong:
        address = wrong.enter_context(stranger("province", "ops_mgmt"))
        expected = [
            Raised(PROVINCE, "service_stopped", PROVINCE, operator, (("name", "chrony.service"),)),
            Raised(PROVINCE, "timer_stopped", PROVINCE, operator, (("name", "govnet-backup-check.timer"),)),
            Raised(PROVINCE, "backup_old", PROVINCE, operator, (("source", PROVINCE),)),
            Raised(PROVINCE, "backup_old", PROVINCE, owner, (("source", PROVINCE),)),
            Raised(PROVINCE, "undeclared_answers", PROVINCE, operator, (("address", address),)),
            Raised(PROVINCE, "city_lost", CITY, operator),
        ]
        census = "systemctl start govnet-census.service"
        on(PROVINCE).check_output(census)  # it takes its time; what is stated counts from what it found
        begun = time.time()
        wrong.enter_context(fault(CITY, "systemctl stop prometheus", "systemctl start prometheus"))
        wrong.enter_context(
            fault(PROVINCE, "systemctl kill -s KILL chrony", "systemctl reset-failed chrony; systemctl start chrony")
        )
        wrong.enter_context(
            fault(PROVINCE, "systemctl stop govnet-backup-check.timer", "systemctl start govnet-backup-check.timer")
        )
        wrong.enter_context(fault(PROVINCE, OLD, TOLD_AGAIN))
        told = Told(expected)
        told.began = awaited(expected, "firing", begun, {row: row.limit for row in expected})
    mended = time.time()
    on(PROVINCE).check_output(census)
    limit = ENDED / LAB_PACE + PROGRAMS + (time.time() - mended)
    told.ended = awaited(expected, "resolved", mended, dict.fromkeys(expected, limit))
    return told


def test_every_fault_is_told_to_the_right_post_in_its_stated_time(faults: Told) -> None:
    """At the lab's pace; copies are their owner's matter too."""
    assert not [row for row in faults.expected if row not in faults.began], faults.began


def test_the_end_of_every_fault_is_told_too(faults: Told) -> None:
    assert not [row for row in faults.expected if row not in faults.ended], faults.ended
