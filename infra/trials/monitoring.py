"""A monitor has asked everybody whom it is to watch, and they have answered."""

from __future__ import annotations

import json
import shlex
import time
from urllib.parse import quote

from infra.findings import Verdict
from infra.remote import Variables, on
from infra.report.verification import Trial

PATIENCE = 60.0
"""Seconds for which a monitor may take to have asked everybody once."""

_GOOD = 'up{job="node"} == 1 or probe_success == 1'
"""Who answered when last asked. Of a probe `up` says only that the prober ran; whether it got through is `probe_success`."""

_COLLECTED = (
    "import urllib.request as u; print(u.urlopen('http://{}:9090/api/v1/query?query={}', timeout=5).read().decode())"
)


def collects(name: str, told: Variables) -> Trial:
    """Every planned target has been asked and has answered."""
    wanted = {(job, row["host"]) for row in told["monitoring_targets"] for job in ("node", "ssh")}
    promise = f"采集到全部 {len(wanted)} 个目标"
    question = f"python3 -c {shlex.quote(_COLLECTED.format(told['monitoring_address'], quote(_GOOD)))}"
    end = time.monotonic() + PATIENCE
    while True:
        done = on(told, question)
        missing = wanted - (good(done.stdout) if done.returncode == 0 else set())
        if not missing:
            return Trial(name, promise, Verdict.OK)
        if time.monotonic() >= end:
            break
        time.sleep(2)
    if done.returncode:
        return Trial(name, promise, Verdict.UNCHECKED, f"Prometheus 没有应答：{done.stderr.strip()[-300:]}")
    return Trial(
        name, promise, Verdict.VIOLATED, f"没有采集到：{'、'.join(f'{job} {host}' for job, host in sorted(missing))}"
    )


def good(answer: str) -> set[tuple[str, str]]:
    """Job and machine of every target in Prometheus's answer to the question who answered."""
    return {(row["metric"]["job"], row["metric"]["host"]) for row in json.loads(answer)["data"]["result"]}
