"""What monitors are told comes out of the real blueprint: everything declared is watched, and Prometheus's own programs accept it."""

from __future__ import annotations

import json
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from infra.backups.sent import sent
from infra.blueprint.made import made
from infra.blueprint.planned import HostPlan
from infra.blueprint.types import SitePlan
from infra.engine import ROOT
from infra.model.enums import Capability, Level
from infra.monitoring.alarms import ALARMS
from infra.monitoring.census import census
from infra.monitoring.duties import DUTIES
from infra.monitoring.facts import DRILL_DAYS, FIRST_DRILL, facts
from infra.monitoring.routes import routes
from infra.monitoring.rules import rules, span
from infra.monitoring.targets import Target, passes, targets
from policies.rules import p25_restore_test
from tests.monitoring.programs import run
from tests.real import blueprint

MADE = list(made(blueprint()))
MONITORS = [(site, row) for site, row in MADE if row.capability == Capability.MONITORING]
SITES = pytest.mark.parametrize(("site", "monitor"), MONITORS, ids=[site.id for site, _ in MONITORS])
LABELS = {"site", "host", "capability", "service", "owner", "operator"}


def asked(site: SitePlan, monitor: HostPlan) -> tuple[Target, ...]:
    return targets(blueprint(), site, monitor)


def test_every_site_with_machines_has_a_monitor() -> None:
    assert {site.id for site, _ in MONITORS} == {site.id for site, _ in MADE}
    assert len(MONITORS) >= 2


@SITES
def test_every_made_machine_is_asked_for_its_state_and_its_door(site: SitePlan, monitor: HostPlan) -> None:
    hosts = {row.name for there, row in MADE if there.id == site.id}
    for job in ("node", "ssh"):
        assert sorted(row.labels["host"] for row in asked(site, monitor) if row.job == job) == sorted(hosts)


@SITES
def test_every_service_is_asked_where_a_flow_permits_and_watched_by_its_unit_elsewhere(
    site: SitePlan, monitor: HostPlan
) -> None:
    """Nothing that answers is watched by nobody."""
    told = {(row.job, row.address) for row in asked(site, monitor)}
    expected = {row.labels["host"] for row in facts(blueprint(), site) if row.name == "govnet_expected_unit"}
    looked_at = 0
    for there, row in MADE:
        duty = DUTIES.get(Capability(row.capability))
        if there.id != site.id or duty is None:
            continue
        for answer in duty.answers:
            looked_at += 1
            heard = row == monitor or passes(blueprint(), site, row, answer.port)
            assert (("service", f"{row.addresses.v4}:{answer.port}") in told) == heard
            assert heard or (duty.units and row.name in expected), row.name
        assert bool(duty.scraped) == (("database", f"{row.addresses.v4}:{duty.scraped}") in told)
    assert looked_at >= 3


@SITES
def test_whoever_is_watched_has_an_owner_and_an_operator(site: SitePlan, monitor: HostPlan) -> None:
    """On every target and every fact, and each of them is a receiver."""
    posts = {row["name"] for row in routes(site, 1)["receivers"]}
    for labels in (*(row.labels for row in asked(site, monitor)), *(row.labels for row in facts(blueprint(), site))):
        assert labels.keys() >= LABELS
        assert all(labels[name] for name in LABELS)
        assert {labels["owner"], labels["operator"]} <= posts


def test_the_province_asks_every_city_that_has_a_monitor_and_cities_ask_nobody() -> None:
    for site, monitor in MONITORS:
        cities = {row.labels["city"] for row in asked(site, monitor) if row.job == "federate"}
        everybody = {there.id for there, _ in MONITORS if there.level is Level.CITY}
        assert cities == (everybody if site.level is Level.PROVINCE else set())
        assert cities == {row.labels["city"] for row in asked(site, monitor) if row.job == "trunk"}


@SITES
def test_every_copy_has_its_rpo_and_every_source_its_drill(site: SitePlan, monitor: HostPlan) -> None:
    copies = [copy for copy in sent(MADE) if copy.site.id == site.id]
    told = [
        (row.name, row.labels.get("source"), row.labels.get("place"), row.value) for row in facts(blueprint(), site)
    ]
    for copy in copies:
        assert ("govnet_backup_rpo_seconds", copy.source.name, copy.copy.site, copy.job.rpo_minutes * 60) in told
    drills = [row[1] for row in told if row[0] == "govnet_drill_due_seconds"]
    assert sorted(map(str, drills)) == sorted({copy.source.name for copy in copies})
    assert copies


def test_a_drill_is_due_when_the_rule_says_so() -> None:
    """Alarm and rule P25 are two judges of one promise."""
    assert {level: DRILL_DAYS[level] for level in p25_restore_test.LIMIT_DAYS} == p25_restore_test.LIMIT_DAYS
    assert FIRST_DRILL == p25_restore_test.FIRST_BY


@SITES
def test_a_census_asks_in_the_sites_own_zones_and_nobody_who_is_declared(site: SitePlan, monitor: HostPlan) -> None:
    declared = {leg.addresses.v4 for row in site.hosts for leg in row.legs}
    rows = census(blueprint(), site)
    assert {row["zone"] for row in rows} == {zone.id for zone in site.zones}
    for row in rows:
        network = ip_network(site.zone(row["zone"]).hosts.v4)
        assert row["addresses"]
        assert all(ip_address(address) in network for address in row["addresses"])
        assert not declared & set(row["addresses"])
        assert set(row["ports"]) <= {22, 9100}


@SITES
def test_prometheus_and_alertmanager_accept_what_they_are_told(
    site: SitePlan, monitor: HostPlan, tmp_path: Path
) -> None:
    """By their own checks, which also refuse."""
    file = tmp_path / "told.json"
    for words, said in (
        (("promtool", "check", "rules"), rules(blueprint(), site, 6)),
        (("amtool", "check-config"), routes(site, 6)),
    ):
        file.write_text(json.dumps(said), encoding="utf-8")
        done = run(words[0], *words[1:], file)
        assert done.returncode == 0, done.stdout + done.stderr
        file.write_text(
            json.dumps({"groups": [{"name": "x", "rules": [{"alert": "x", "expr": "up =="}]}]}), encoding="utf-8"
        )
        assert run(words[0], *words[1:], file).returncode != 0


@SITES
@pytest.mark.parametrize("informs", ["operator", "owner"])
def test_an_alarm_reaches_its_posts(site: SitePlan, monitor: HostPlan, informs: str, tmp_path: Path) -> None:
    """Its operator's, and its owner's if it is about data; asked of Alertmanager's own router, for every watched machine."""
    file = tmp_path / "told.json"
    file.write_text(json.dumps(routes(site, 1)), encoding="utf-8")
    for owner, operator in {(row.labels["owner"], row.labels["operator"]) for row in asked(site, monitor)}:
        labels = [
            f"{name}={value}" for name, value in {"owner": owner, "operator": operator, "informs": informs}.items()
        ]
        done = run("amtool", "config", "routes", "test", f"--config.file={file}", *labels)
        wanted = {operator} | ({owner} if informs == "owner" else set())
        assert set(done.stdout.strip().split(",")) == wanted, done.stderr
    done = run("amtool", "config", "routes", "test", f"--config.file={file}", "alarm=of_nobody")
    assert done.stdout.strip() == site.operator


def test_a_lost_machine_silences_what_stands_on_it_and_nothing_else() -> None:
    machine, trunk = routes(MONITORS[0][0], 1)["inhibit_rules"]
    assert (machine["source_matchers"], machine["equal"]) == (['alarm="machine_down"'], ["site", "host"])
    assert machine["target_matchers"] == ['alarm!="machine_down"']
    assert (trunk["source_matchers"], trunk["equal"]) == (['alarm="trunk_lost"'], ["city"])


def test_one_factor_makes_every_stated_time_shorter() -> None:
    """None becomes nothing, and nothing stays nothing."""
    assert [span(seconds, 6) for seconds in (120, 30, 1, 0)] == ["20s", "5s", "1s", "0s"]
    assert span(120, 1) == "120s"


def test_every_alarm_has_a_procedure_and_every_procedure_somebody_who_needs_it() -> None:
    """With the four things that whoever is told must find in it. What no alarm tells is named by an offer or a playbook of operations."""
    folder = ROOT / "docs" / "procedures"
    operations = blueprint().operations
    named = {row.procedure for row in operations.offers}
    named |= {step.procedure for playbook in operations.playbooks for step in playbook.steps}
    assert {path.stem for path in folder.glob("*.md")} == {alarm.id for alarm in ALARMS} | (named - {""})
    for alarm in ALARMS:
        text = (ROOT / alarm.procedure).read_text(encoding="utf-8")
        assert text.startswith(f"# {alarm.title}\n")
        for heading in ("## 意味着什么", "## 看什么", "## 做什么", "## 告诉谁"):
            assert heading in text, alarm.id
    assert len({alarm.id for alarm in ALARMS}) == len({alarm.title for alarm in ALARMS}) == len(ALARMS)
