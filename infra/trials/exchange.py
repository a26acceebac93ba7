"""A request passes the gateway to a registered service, and no other request does."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable

from infra.findings import Verdict
from infra.probing.feet import Foot
from infra.probing.listening import BACKLOG
from infra.remote import Variables
from infra.report.verification import Trial

ANSWERING = 10.0
"""Seconds for each step of a request through the gateway."""


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
