"""What machines promise, tried: they answer, their state is collected, a copy can be restored, a request passes the gateway and nothing else.

Each trial ends in a verdict: kept, broken, or "could not try", which is never counted as kept.
"""

from __future__ import annotations

import json
import secrets
import shlex
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from urllib.parse import quote

from infra.findings import Verdict
from infra.probing.feet import Foot
from infra.probing.listening import BACKLOG
from infra.remote import UNREACHABLE, Variables, on
from infra.report.verification import Trial

PATIENCE = 60.0
"""Seconds for which a monitor may take to have asked everybody once."""

BOOTING = 30.0
"""Seconds within which a machine that begins to run lets people in."""

ANSWERING = 10.0
"""Seconds for each step of a request through the gateway."""

_GOOD = 'up{job="node"} == 1 or probe_success == 1'
"""Who answered when last asked. Of a probe `up` says only that the prober ran; whether it got through is `probe_success`."""

_COLLECTED = (
    "import urllib.request as u; print(u.urlopen('http://{}:9090/api/v1/query?query={}', timeout=5).read().decode())"
)

_RESTORE = """\
set -a; . /etc/govnet-backup-client/environment; set +a
systemctl start govnet-backup-client.service
there=$(mktemp -d); trap 'rm -rf "$there"' EXIT
restic restore latest --quiet --include {path} --target "$there"
for root in / "$there"; do cd "$root"; find .{path} -type f -exec sha256sum {{}} + | sort | sha256sum; done
find {path} -type f | wc -l
"""


def try_all(hosts: Mapping[str, Variables], feet: Mapping[str, tuple[Foot, Foot]]) -> Iterator[Trial]:
    """Every promise of every machine, machines at once. `feet`: gateway → where its requests come from, and where the inside service stands."""

    def of(name: str) -> list[Trial]:
        alive = answers(name, hosts[name])
        return [alive, *(_of_capability(name, hosts[name], feet) if alive.verdict is Verdict.OK else ())]

    with ThreadPoolExecutor(max_workers=len(hosts) or 1) as pool:
        yield from chain.from_iterable(pool.map(of, sorted(hosts)))


def _of_capability(name: str, told: Variables, feet: Mapping[str, tuple[Foot, Foot]]) -> Iterator[Trial]:
    if "monitoring_targets" in told:
        yield collects(name, told)
    if "backup_client_server" in told:
        yield restores(name, told)
    if name in feet:
        yield exchanges(name, told, *feet[name])


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


def restores(name: str, told: Variables) -> Trial:
    """A copy taken now and brought back is the same, file by file."""
    promise = "备份后恢复，校验和一致"
    path = told["backup_client_paths"][-1]
    done = on(told, f"sudo sh -ec {shlex.quote(_RESTORE.format(path=shlex.quote(path)))}")
    if done.returncode:
        return Trial(name, promise, Verdict.VIOLATED, f"备份或恢复失败：{done.stderr.strip()[-300:]}")
    here, there, count = done.stdout.split("\n")[:3]
    if int(count) == 0:
        return Trial(name, promise, Verdict.UNCHECKED, f"{path} 里没有文件，无从比较")
    if here != there:
        return Trial(name, promise, Verdict.VIOLATED, f"{path} 恢复后与原来不同")
    return Trial(name, promise, Verdict.OK)


def exchanges(name: str, told: Variables, front: Foot, inside: Foot) -> Trial:
    """A request from the front zone reaches the registered inside service, with this run's own answer; any other is refused."""
    promise = "互联网区的请求经网关到达内部服务，未登记的被拒绝"
    service = told["exchange_services"][0]
    gateway = (told["exchange_address"], told["exchange_port"])
    token = secrets.token_hex(16)
    try:
        with _listening(inside, (service["address"], service["port"])) as listener:
            passed = _ask(front, gateway, f"/{service['name']}/", lambda: _serve(listener, token))
            refused = _ask(front, gateway, "/unregistered/", lambda: None)
    except OSError as problem:
        return Trial(name, promise, Verdict.VIOLATED, f"请求没有得到应答：{problem}")
    if token not in passed:
        return Trial(name, promise, Verdict.VIOLATED, f"应答不是内部服务的：{passed[:80]!r}")
    if not refused.startswith("HTTP/1.1 404"):
        return Trial(name, promise, Verdict.VIOLATED, f"未登记的请求没有被拒绝：{refused[:80]!r}")
    return Trial(name, promise, Verdict.OK)


def _listening(foot: Foot, address: tuple[str, int]) -> socket.socket:
    made = foot.socket(socket.AF_INET, socket.SOCK_STREAM)
    made.settimeout(ANSWERING)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind(address)
    made.listen(BACKLOG)
    return made


def _serve(listener: socket.socket, token: str) -> None:
    """Answer one request, if one comes; that none came shows in what the asker got."""
    try:
        connection, _ = listener.accept()
    except TimeoutError:
        return
    with connection:
        connection.settimeout(ANSWERING)
        connection.recv(4096)
        connection.sendall(
            f"HTTP/1.1 200 OK\r\nContent-Length: {len(token)}\r\nConnection: close\r\n\r\n{token}".encode()
        )


def _ask(foot: Foot, address: tuple[str, int], path: str, meanwhile: Callable[[], None]) -> str:
    """The whole answer to one HTTP request; `meanwhile` is done after it was sent."""
    with foot.socket(socket.AF_INET, socket.SOCK_STREAM) as made:
        made.settimeout(ANSWERING)
        made.connect(address)
        made.sendall(f"GET {path} HTTP/1.1\r\nHost: exchange\r\nConnection: close\r\n\r\n".encode())
        meanwhile()
        answer = b""
        while more := made.recv(4096):
            answer += more
    return answer.decode(errors="replace")
