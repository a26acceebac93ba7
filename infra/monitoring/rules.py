"""Alarms, facts and aggregates as rules of Prometheus."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from infra.blueprint.types import Blueprint, SitePlan
from infra.monitoring.alarms import ALARMS, WINDOW, Alarm
from infra.monitoring.facts import Fact, facts

Rules = dict[str, Any]
"""A file of rules, as `promtool check rules` reads it."""

AGGREGATES = {
    "site:targets:count": 'count by(site) (up{job="node",host!=""})',
    "site:targets:answering": 'sum by(site) (up{job="node",host!=""})',
    "site:alarms:firing": 'count by(site, alarm, severity) (ALERTS{alertstate="firing",federated=""})',
}
"""What the province takes of a site."""

FEDERATED = ('{__name__=~"site:.+"}', 'ALERTS{alertstate="firing"}')
"""Selectors by which it takes it."""


def span(seconds: int, pace: int) -> str:
    """A stated time as Prometheus writes it, at a monitor's pace; never shorter than a second unless it is none."""
    return f"{max(1, round(seconds / pace)) if seconds else 0}s"


def rules(blueprint: Blueprint, site: SitePlan, pace: int) -> Rules:
    """Everything that a site's Prometheus works out."""
    return {
        "groups": [
            {"name": "计划", "rules": [_fact(row) for row in facts(blueprint, site)]},
            {"name": "告警", "rules": alarms(ALARMS, pace)},
            {"name": "汇总", "rules": [{"record": name, "expr": said} for name, said in AGGREGATES.items()]},
        ]
    }


def alarms(rows: Iterable[Alarm], pace: int) -> list[dict[str, Any]]:
    """The alarms of the table, the same at every site: what a site has not, raises none."""
    return [
        {
            "alert": row.title,
            "expr": row.expression.replace("$window", span(WINDOW, pace)),
            "for": span(row.stated, pace),
            "labels": {"alarm": row.id, "severity": row.severity.value, "informs": "owner" if row.data else "operator"},
            "annotations": {"summary": row.summary, "procedure": row.procedure},
        }
        for row in rows
    ]


def _fact(row: Fact) -> dict[str, Any]:
    return {"record": row.name, "expr": f"vector({row.value})", "labels": dict(row.labels)}
