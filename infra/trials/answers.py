"""Every machine lets its operator in, and nothing on it has failed."""

from __future__ import annotations

import time

from infra.findings import Verdict
from infra.remote import UNREACHABLE, Variables, on
from infra.report.verification import Trial

BOOTING = 30.0
"""Seconds within which a machine that begins to run lets people in."""


def answers(name: str, told: Variables) -> Trial:
    """It lets the operator in by the known host key, and nothing on it has failed. One that is still booting is waited for."""
    promise = "应答登录，各项服务正常"
    end = time.monotonic() + BOOTING
    while True:
        done = on(told, "systemctl is-system-running --wait; systemctl --failed --plain --no-legend --no-pager")
        if done.returncode != UNREACHABLE or time.monotonic() >= end:
            break
        time.sleep(1)
    if done.returncode == UNREACHABLE:
        return Trial(name, promise, Verdict.VIOLATED, f"登录不上：{done.stderr.strip()[-300:]}")
    state, *failed = done.stdout.split("\n")
    if state == "running":
        return Trial(name, promise, Verdict.OK)
    return Trial(name, promise, Verdict.VIOLATED, f"状态 {state}：{'；'.join(row.split()[0] for row in failed if row)}")
