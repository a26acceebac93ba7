"""Asking monitors and keepers of logs what they know: a program that reads, handed to the machine's own Python."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from infra.availability import month_of
from infra.clock import in_china
from infra.remote import UNREACHABLE, Variables, on
from infra.statuspage import answers
from infra.statuspage.answers import Answer
from infra.statuspage.status import LogChain, Sign

CHECKS = "/var/lib/govnet-logs/checks.jsonl"
"""Where a keeper of logs writes, a line a time, that it has gone through its chain: `time`, `by`, `whole`."""

AT_ONCE = 20
"""Machines that are asked at the same time."""


def monitors(machines: Mapping[str, tuple[Variables, str]], now: datetime) -> dict[str, Answer]:
    """Site → what its monitor says of this month. `machines`: site → how to get in, and where its Prometheus answers."""
    begin, _ = month_of(in_china(now))

    def of(site: str) -> Answer:
        told, address = machines[site]
        done = on(told, "python3 -", given=answers.program(address, begin, now))
        if done.returncode == UNREACHABLE:
            return Answer(problem="监测机登录不上")
        if done.returncode:
            return Answer(problem=f"监测没有回答：{done.stderr.strip()[-120:]}")
        return answers.read(done.stdout, now)

    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        return dict(zip(machines, pool.map(of, machines), strict=True))


def keeper(told: Variables, site: str, host: str) -> LogChain:
    """When a keeper last went through its chain, and what it found."""
    done = on(told, f"sudo tail -n 1 {CHECKS}")
    if done.returncode:
        said = "登录不上" if done.returncode == UNREACHABLE else "没有核对记录"
        return LogChain(Sign.UNKNOWN, site, host, None, said)
    return checked(done.stdout, site, host)


def checked(line: str, site: str, host: str) -> LogChain:
    """What a line of the record says."""
    try:
        told = json.loads(line)
        moment, whole = datetime.fromisoformat(told["time"]), told["whole"] is True
    except (ValueError, KeyError, TypeError):
        return LogChain(Sign.UNKNOWN, site, host, None, "核对记录读不懂")
    return LogChain(Sign.GOOD if whole else Sign.BROKEN, site, host, moment, "完整" if whole else "链或日志被改动过")
