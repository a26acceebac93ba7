"""From the blueprint and answers to the status: silence is never good news, and every alarm gets its owner and its watch."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from infra.asking import checked
from infra.backups.sent import sent
from infra.backups.status import standings
from infra.blueprint.canonical import digest
from infra.blueprint.load import load
from infra.blueprint.types import Blueprint
from infra.inventory.access import made
from infra.statuspage.answers import Alarm, Answer, program, read
from infra.statuspage.compose import Known, compose, watch
from infra.statuspage.page import page
from infra.statuspage.status import Sign, Source, Status
from tests.cases import HERE

NOW = datetime(2026, 11, 29, 2, 31, tzinfo=UTC)


@pytest.fixture(scope="module")
def blueprint() -> Blueprint:
    found = load(HERE.parent / "estate").blueprint
    assert found is not None
    return found


def status(blueprint: Blueprint, answers: dict[str, Answer]) -> Status:
    machines = tuple(made(blueprint))
    known = Known(machines, answers, standings(tuple(sent(machines)), {}, NOW), Source("备份记录", None, "没有读"), ())
    return compose(blueprint, digest(blueprint), known, NOW)


def whole(blueprint: Blueprint, site: str) -> Answer:
    """A monitor to which every machine answers, and which judges alarms."""
    up = {row.name: True for owner, row in made(blueprint) if owner.id == site}
    assert up
    return Answer(read=NOW, rules=20, up=up)


def test_silence_is_not_known_and_never_good(blueprint: Blueprint) -> None:
    """Without any answer every connected site, copy, service and data set is unknown; planned ones are planned."""
    found = status(blueprint, {})
    assert len(found.places) == len(blueprint.sites) == 15
    assert {row.sign for row in found.open_places} == {Sign.UNKNOWN}
    assert len(found.planned_places) == 13
    for rows in (found.copies, found.available, found.datasets):
        assert rows
        assert all(row.sign is Sign.UNKNOWN for row in rows)
    assert found.sign is Sign.UNKNOWN
    assert page(found)


def test_a_site_whose_machines_all_answer_is_good(blueprint: Blueprint) -> None:
    found = status(blueprint, {"suqian": whole(blueprint, "suqian")})
    signs = {row.id: row.sign for row in found.open_places}
    assert signs == {"suqian": Sign.GOOD, "province": Sign.UNKNOWN}


def test_a_monitor_without_alarms_to_judge_sees_nothing(blueprint: Blueprint) -> None:
    """No alarm of nobody who looks is no good news."""
    found = status(blueprint, {"suqian": replace(whole(blueprint, "suqian"), rules=0)})
    place = next(row for row in found.places if row.id == "suqian")
    assert (place.sign, place.problem, place.answering) == (Sign.UNKNOWN, "监测没有告警规则", None)


def test_a_machine_that_is_not_among_the_answers_does_not_answer(blueprint: Blueprint) -> None:
    answer = whole(blueprint, "suqian")
    found = status(blueprint, {"suqian": replace(answer, up=dict(list(answer.up.items())[1:]))})
    place = next(row for row in found.places if row.id == "suqian")
    assert place.sign is Sign.BROKEN
    assert place.answering == place.asked - 1


def test_an_alarm_says_whose_it_is_and_who_stands_watch(blueprint: Blueprint) -> None:
    """Labels first; without them the site's own owner and operator. An alarm of no severity is a grave one."""
    alarms = (
        Alarm(
            "主机失联",
            {"host": "h", "severity": "critical", "owner": "甲", "operator": "乙"},
            NOW,
            "不应答",
            "docs/procedures/machine_down.md",
        ),
        Alarm("磁盘将满", {"severity": "warning"}, NOW - timedelta(hours=1), "", ""),
        Alarm("说不清", {}, None, "", ""),
    )
    found = status(blueprint, {"suqian": replace(whole(blueprint, "suqian"), alarms=alarms)})
    told = [(row.title, row.sign, row.owner, row.operator, row.where) for row in found.troubles]
    assert told == [
        ("主机失联", Sign.BROKEN, "甲", "乙", "h"),
        ("说不清", Sign.BROKEN, "宿迁市数据局", "宿迁市政务外网运维中心", "宿迁市"),
        ("磁盘将满", Sign.WARNING, "宿迁市数据局", "宿迁市政务外网运维中心", "宿迁市"),
    ]
    assert {row.desk for row in found.troubles} == {"宿迁市政务外网运维中心值班室"}


@pytest.mark.parametrize(
    ("age", "sign"), [(23, Sign.GOOD), (25, Sign.BROKEN), (-1, Sign.UNKNOWN)], ids=["fresh", "stale", "in the future"]
)
def test_data_are_as_fresh_as_promised(blueprint: Blueprint, age: int, sign: Sign) -> None:
    updated = {"db_population_items": NOW - timedelta(hours=age)}
    found = status(blueprint, {"suqian": replace(whole(blueprint, "suqian"), updated=updated)})
    assert next(row.sign for row in found.datasets if row.title == "人口数据库信息") is sign


@pytest.mark.parametrize(
    ("time", "said"),
    [("2026-11-29T02:31", "白班 值班员"), ("2026-11-29T00:29", "夜班 值班员"), ("2026-11-29T20:30", "夜班 值班员")],
)
def test_the_watch_is_by_the_clocks_of_the_province(blueprint: Blueprint, time: str, said: str) -> None:
    """08:30 in China is 00:30 in UTC; past midnight it is still yesterday's watch."""
    duty = blueprint.site("suqian").duty
    assert duty is not None
    assert watch(duty, datetime.fromisoformat(time).replace(tzinfo=UTC)) == said


def test_what_a_monitor_prints_is_read_and_what_it_is_asked_is_a_program() -> None:
    """No series has more minutes in an answer than Prometheus gives; nonsense is no answer."""
    asked = program("10.0.0.1", NOW - timedelta(days=20), NOW)
    compile(asked, "asked", "exec")
    assert asked.count("query_range") == 3
    printed = {
        "alerts": {
            "alerts": [
                {"state": "firing", "activeAt": "2026-11-29T02:00:00.123456789Z", "labels": {"alertname": "主机失联"}},
                {"state": "pending", "activeAt": "2026-11-29T02:00:00Z", "labels": {"alertname": "还早"}},
            ]
        },
        "rules": {"groups": [{"rules": [1, 2]}, {"rules": [3]}]},
        "up": {"result": [{"metric": {"host": "h"}, "value": [0, "1"]}, {"metric": {"host": "g"}, "value": [0, "0"]}]},
        "updated": {"result": [{"metric": {"dataset": "d"}, "value": [0, "1764380000"]}]},
        "minutes 0": {"result": [{"metric": {"host": "h"}, "values": [[60, "1"], [120, "0"]]}]},
        "minutes 1": {"result": [{"metric": {"host": "h"}, "values": [[180, "1"]]}]},
    }
    found = read(json.dumps(printed), NOW)
    assert (found.rules, found.up, [row.title for row in found.alarms]) == (3, {"h": True, "g": False}, ["主机失联"])
    assert found.minutes == {"h": {1: True, 2: False, 3: True}}
    for nonsense in ("", "{}", "[]", '{"alerts": 1}'):
        assert read(nonsense, NOW).problem
        assert read(nonsense, NOW).read is None


@pytest.mark.parametrize(
    ("line", "sign"),
    [
        ('{"time": "2026-11-29T02:00:00+00:00", "by": "timer", "whole": true}', Sign.GOOD),
        ('{"time": "2026-11-29T02:00:00+00:00", "by": "timer", "whole": false}', Sign.BROKEN),
        ('{"time": "2026-11-29T02:00:00+00:00", "whole": "yes"}', Sign.BROKEN),
        ("", Sign.UNKNOWN),
        ('{"whole": true}', Sign.UNKNOWN),
    ],
)
def test_a_keepers_own_check_is_believed_only_when_it_can_be_read(line: str, sign: Sign) -> None:
    assert checked(line, "宿迁市", "h").sign is sign
