"""A monitor has asked everybody whom it is to watch, and they have answered; its alarms are loaded, and none is raised; cities are heard."""

from __future__ import annotations

import json
import shlex
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

from infra.findings import Verdict
from infra.remote import Variables, on
from infra.report.verification import Trial

PATIENCE = 60.0
"""Seconds for which a monitor may take to have asked everybody once, and an alarm to end that a configuration has raised."""

_GOOD = 'up{job="node"} == 1 or probe_success{job="ssh"} == 1'
"""Who answered when last asked. Of a probe `up` says only that the prober ran; whether it got through is `probe_success`."""

_HEARD = 'count by(site) ({__name__="site:targets:count"})'

_ASKED = "import urllib.request as u; print(u.urlopen('http://{}:9090/api/v1/{}', timeout=5).read().decode())"


def watches(name: str, told: Variables) -> Iterator[Trial]:
    """Everything that a monitor promises, one after another."""
    yield collects(name, told)
    yield loaded(name, told)
    yield quiet(name, told)
    if told["monitoring_targets"]["federate"]:
        yield hears(name, told)


def collects(name: str, told: Variables) -> Trial:
    """Every planned target has been asked and has answered."""
    wanted = {(job, row["labels"]["host"]) for job in ("node", "ssh") for row in told["monitoring_targets"][job]}

    def judged(rows: list[dict[str, Any]]) -> str:
        missing = wanted - good(rows)
        return f"没有采集到：{'、'.join(f'{job} {host}' for job, host in sorted(missing))}" if missing else ""

    return _until(name, told, f"采集到全部 {len(wanted)} 个目标", f"query?query={quote(_GOOD)}", judged)


def loaded(name: str, told: Variables) -> Trial:
    """The alarms of the plan, all of them and no other."""
    wanted = {row["alert"] for group in told["monitoring_rules"]["groups"] for row in group["rules"] if "alert" in row}

    def judged(groups: list[dict[str, Any]]) -> str:
        there = {row["name"] for group in groups for row in group["rules"] if row["type"] == "alerting"}
        return "" if there == wanted else f"与计划不同的告警：{'、'.join(sorted(there ^ wanted))}"

    return _until(name, told, f"装载了全部 {len(wanted)} 种告警", "rules", judged)


def quiet(name: str, told: Variables) -> Trial:
    """What has just been put up raises no grave alarm. (Its series would say so for five minutes more after Prometheus started anew.)"""

    def judged(rows: list[dict[str, Any]]) -> str:
        grave = [
            row["labels"] for row in rows if (row["state"], row["labels"].get("severity")) == ("firing", "critical")
        ]
        raised = {f"{labels['alertname']} {labels.get('host', '')}" for labels in grave}
        return f"有严重告警：{'、'.join(sorted(raised))}" if raised else ""

    return _until(name, told, "没有严重告警", "alerts", judged)


def hears(name: str, told: Variables) -> Trial:
    """The province has every city's own count of its machines."""
    wanted = {row["labels"]["city"] for row in told["monitoring_targets"]["federate"]}

    def judged(rows: list[dict[str, Any]]) -> str:
        missing = wanted - {row["metric"].get("site", "") for row in rows}
        return f"没有汇总到：{'、'.join(sorted(missing))}" if missing else ""

    return _until(name, told, f"汇总到 {len(wanted)} 个市的指标", f"query?query={quote(_HEARD)}", judged)


def _until(name: str, told: Variables, promise: str, path: str, judged: Callable[[list[dict[str, Any]]], str]) -> Trial:
    """Ask until there is nothing to complain of, or patience ends; a Prometheus that does not answer has not been tried."""
    question = f"python3 -c {shlex.quote(_ASKED.format(told['monitoring_address'], path))}"
    end = time.monotonic() + PATIENCE
    while True:
        done = on(told, question)
        why = judged(answer(done.stdout)) if done.returncode == 0 else ""
        if done.returncode == 0 and not why:
            return Trial(name, promise, Verdict.OK)
        if time.monotonic() >= end:
            break
        time.sleep(2)
    if done.returncode:
        return Trial(name, promise, Verdict.UNCHECKED, f"Prometheus 没有应答：{done.stderr.strip()[-300:]}")
    return Trial(name, promise, Verdict.VIOLATED, why)


def answer(text: str) -> list[dict[str, Any]]:
    """What is in Prometheus's answer: the rows of a query, the groups of rules, or the alerts."""
    data = json.loads(text)["data"]
    rows: list[dict[str, Any]] = next(data[kind] for kind in ("result", "groups", "alerts") if kind in data)
    return rows


def good(rows: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """Job and machine of everybody who answered."""
    return {(row["metric"]["job"], row["metric"]["host"]) for row in rows}


def grave(rows: list[dict[str, Any]]) -> set[str]:
    """Alerts on which somebody must act now, and of which machine."""
    raised = [row["labels"] for row in rows if row["state"] == "firing"]
    return {f"{row['alertname']} {row.get('host', '')}" for row in raised if row.get("severity") == "critical"}
