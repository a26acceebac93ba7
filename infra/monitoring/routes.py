"""To whom alarms are told: the configuration of a site's Alertmanager. A receiver is a post, and its name is the post's."""

from __future__ import annotations

from typing import Any

from infra.blueprint.types import SitePlan
from infra.monitoring.rules import span
from infra.monitoring.targets import about

POST_BOX_PORT = 9099
"""Where the post box takes notifications, on the loopback address alone."""

_WAIT, _AGAIN, _REPEAT = 30, 120, 4 * 3600
"""Seconds: for what may silence it, until its end is told, until an old one is told again."""

_STANDS_ON = ({"alarm": "machine_down"}, ("site", "host")), ({"alarm": "trunk_lost"}, ("city",))
"""What is down silences what stands on it: the labels of the cause, and what cause and effect have in common."""


def routes(site: SitePlan, pace: int) -> dict[str, Any]:
    """Every alarm to its operator, what is about data to its owner as well; what names nobody to the site's own operator."""
    machines = [about(site, row) for row in site.hosts if row.realised]
    operators = sorted({site.operator, *(row["operator"] for row in machines)})
    owners = sorted({site.owner, *(row["owner"] for row in machines)})
    return {
        "route": {
            "receiver": site.operator,
            "group_by": ["..."],  # each by itself: news of one must not wait for those of another
            "group_wait": span(_WAIT, pace),
            "group_interval": span(_AGAIN, pace),
            "repeat_interval": span(_REPEAT, pace),
            "routes": [
                *(_route(post, owner=post, informs="owner") | {"continue": True} for post in owners),
                *(_route(post, operator=post) for post in operators),
            ],
        },
        "receivers": [_receiver(post) for post in sorted({*operators, *owners})],
        "inhibit_rules": [
            {
                "source_matchers": _matchers(cause),
                "target_matchers": [f'alarm!="{cause["alarm"]}"'],
                "equal": list(common),
            }
            for cause, common in _STANDS_ON
        ],
    }


def _route(receiver: str, **labels: str) -> dict[str, Any]:
    return {"receiver": receiver, "matchers": _matchers(labels)}


def _matchers(labels: dict[str, str]) -> list[str]:
    return [f'{name}="{value}"' for name, value in labels.items()]


def _receiver(post: str) -> dict[str, Any]:
    return {"name": post, "webhook_configs": [{"url": f"http://127.0.0.1:{POST_BOX_PORT}/", "send_resolved": True}]}
