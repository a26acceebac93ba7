"""What a machine says is with its site's keeper of logs at once; and of a city's security events the province's keeper hears."""

from __future__ import annotations

import secrets
import shlex
import time
from collections.abc import Mapping

from infra.findings import Verdict
from infra.remote import UNREACHABLE, Variables, on
from infra.report.verification import Trial

ARRIVES = 60.0
"""Seconds within which a line is with its keeper. A sender that could not reach it asks again after half a minute at most."""

ROOT = "/var/log/govnet"
"""Where a keeper has its logs, a folder a machine."""


def arrives(name: str, told: Variables, hosts: Mapping[str, Variables]) -> Trial:
    """A line of this run, said on the machine, is with its keeper, under the machine's own name."""
    promise = f"一行日志 {ARRIVES:.0f} 秒内到达本站点的日志主机"
    return _arrives(name, told, promise, "user.notice", told["base_log_keeper"], hosts)


def reports(name: str, told: Variables, hosts: Mapping[str, Variables]) -> Trial:
    """A security event of a city's keeper is with the province's, under the city's keeper."""
    promise = f"一条安全事件 {ARRIVES:.0f} 秒内到达省级日志主机"
    return _arrives(name, told, promise, "authpriv.notice", told["logging_province"], hosts)


def _at(keeper: Mapping[str, object], hosts: Mapping[str, Variables]) -> str:
    """The machine at a keeper's address; "" when it is not among those that can be asked."""
    return next((name for name, told in hosts.items() if told.get("logging_address") == keeper["address"]), "")


def _arrives(
    name: str, told: Variables, promise: str, priority: str, whom: Mapping[str, object], hosts: Mapping[str, Variables]
) -> Trial:
    keeper = _at(whom, hosts)
    if not keeper:
        return Trial(name, promise, Verdict.UNCHECKED, "它的日志主机不在这次验证之列")
    word = secrets.token_hex(16)
    said = on(told, f"logger -p {priority} -t govnet-verify {word}")
    if said.returncode:
        return Trial(name, promise, Verdict.UNCHECKED, f"写不了日志：{said.stderr.strip()[-200:]}")
    look = f"sudo sh -c {shlex.quote(f'grep -rhs {word} {ROOT}/{name}')}"
    end = time.monotonic() + ARRIVES
    while not (found := on(hosts[keeper], look)).stdout.strip() and time.monotonic() < end:
        time.sleep(2)
    if found.returncode == UNREACHABLE:
        return Trial(name, promise, Verdict.UNCHECKED, f"{keeper} 登录不上：{found.stderr.strip()[-200:]}")
    if word not in found.stdout:
        return Trial(name, promise, Verdict.VIOLATED, f"{keeper} 没有收到")
    return Trial(name, promise, Verdict.OK)
