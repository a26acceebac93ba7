"""Every alarm is raised when it must be and at no other time: one file an alarm, played to Prometheus's own rule engine.

A case file (tests/monitoring/alarms/<id>.yaml) has `fires` and `silent`: names of cases, each with the `series` that machines tell, and `at`, the
moment that is looked at. The wait that the table states is not in the files: just before it an alarm must not be raised yet.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.monitoring.alarms import ALARMS, Alarm
from infra.monitoring.rules import alarms
from tests.monitoring.programs import run

CASES = Path(__file__).parent / "alarms"
STEP = 15
"""Seconds between two values of a series."""


def content(alarm: Alarm) -> dict[str, dict[str, dict[str, Any]]]:
    said: dict[str, dict[str, dict[str, Any]]] = yaml.safe_load(
        (CASES / f"{alarm.id}.yaml").read_text(encoding="utf-8")
    )
    return said


def played(alarm: Alarm, case: dict[str, Any], looks: list[tuple[int, int]], tmp_path: Path) -> str:
    """What promtool says against the case; '' when at each moment (seconds) as many alarms are raised as said."""
    rules = tmp_path / "rules.json"
    rules.write_text(json.dumps({"groups": [{"name": "告警", "rules": alarms(ALARMS, 1)}]}), encoding="utf-8")
    question = f'count(ALERTS{{alarm="{alarm.id}",alertstate="firing"}})'
    test = {
        "rule_files": [str(rules)],
        "evaluation_interval": f"{STEP}s",
        "tests": [
            {
                "interval": f"{STEP}s",
                "input_series": [{"series": name, "values": values} for name, values in case["series"].items()],
                "promql_expr_test": [
                    {
                        "expr": question,
                        "eval_time": f"{seconds}s",
                        "exp_samples": [{"labels": "{}", "value": count}] if count else [],
                    }
                    for seconds, count in looks
                ],
            }
        ],
    }
    file = tmp_path / "test.json"
    file.write_text(json.dumps(test), encoding="utf-8")
    done = run("promtool", "test", "rules", file)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_every_alarm_has_its_cases_and_no_case_is_for_none() -> None:
    """At least one in which it is raised, and one in which it is not."""
    assert {path.stem for path in CASES.glob("*.yaml")} == {alarm.id for alarm in ALARMS}
    assert len(ALARMS) >= 20
    for alarm in ALARMS:
        assert content(alarm).keys() == {"fires", "silent"}, alarm.id
        assert all(content(alarm).values()), alarm.id


@pytest.mark.parametrize("alarm", ALARMS, ids=lambda alarm: alarm.id)
def test_an_alarm_is_raised_after_its_stated_time_and_not_before(alarm: Alarm, tmp_path: Path) -> None:
    """`begins`: the second from which on things are wrong (0 unless said)."""
    for name, case in content(alarm)["fires"].items():
        begins = int(case.get("begins", 0))
        looks = [(begins + alarm.stated + STEP, int(case.get("count", 1)))]
        if alarm.stated > STEP:
            looks.insert(0, (begins + alarm.stated - STEP, 0))
        assert not (said := played(alarm, case, looks, tmp_path)), f"{name}: {said}"


@pytest.mark.parametrize("alarm", ALARMS, ids=lambda alarm: alarm.id)
def test_an_alarm_is_silent_when_it_must_be(alarm: Alarm, tmp_path: Path) -> None:
    """Long after its stated time. That something was told at all is seen in the same rules being raised by the other cases."""
    for name, case in content(alarm)["silent"].items():
        looks = [(seconds, 0) for seconds in range(0, 2 * alarm.stated + 20 * STEP, STEP)]
        assert not (said := played(alarm, case, looks, tmp_path)), f"{name}: {said}"


def test_a_case_that_expects_the_wrong_thing_is_refused(tmp_path: Path) -> None:
    """The harness itself can fail, both ways."""
    alarm = ALARMS[0]
    fires, silent = (next(iter(rows.values())) for rows in content(alarm).values())
    late = alarm.stated + STEP
    assert "FAILED" in played(alarm, fires, [(late, 0)], tmp_path)
    assert "FAILED" in played(alarm, silent, [(late, 1)], tmp_path)
