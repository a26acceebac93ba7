"""A trial sees what a gateway does with a request; a gateway here is a few lines on the loopback address."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from infra.findings import Verdict
from infra.trials.exchange import exchanges
from infra.trials.monitoring import answer, good, grave

HERE = "127.0.0.1"


class Plain:
    """A foot that stands where the test stands."""

    def socket(self, family: socket.AddressFamily, kind: socket.SocketKind) -> socket.socket:
        return socket.socket(family, kind)


def free_port() -> int:
    with socket.create_server((HERE, 0)) as made:
        port: int = made.getsockname()[1]
        return port


def forwarding(request: bytes, inside: tuple[str, int]) -> bytes:
    """What a gateway should do."""
    if not request.startswith(b"GET /trial/ "):
        return b"HTTP/1.1 404 Not Found\r\n\r\n"
    with socket.create_connection(inside, 5) as connection:
        connection.sendall(request)
        return connection.recv(4096)


def careless(request: bytes, inside: tuple[str, int]) -> bytes:
    """A gateway that answers everything by itself."""
    return b"HTTP/1.1 200 OK\r\n\r\nwelcome"


def open_to_all(request: bytes, inside: tuple[str, int]) -> bytes:
    """A gateway that refuses nothing."""
    answer = forwarding(request, inside)
    return b"HTTP/1.1 200 OK\r\n\r\n" if answer.startswith(b"HTTP/1.1 404") else answer


@contextmanager
def gateway(behave: Callable[[bytes, tuple[str, int]], bytes], inside: tuple[str, int]) -> Iterator[int]:
    with socket.create_server((HERE, 0)) as listener:

        def work() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    try:
                        connection.sendall(behave(connection.recv(4096), inside))
                    except OSError:
                        continue

        threading.Thread(target=work, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    ("behave", "verdict", "reason"),
    [
        (forwarding, Verdict.OK, ""),
        (careless, Verdict.VIOLATED, "应答不是内部服务的"),
        (open_to_all, Verdict.VIOLATED, "未登记的请求没有被拒绝"),
    ],
)
def test_a_request_must_reach_the_inside_and_no_other_may(
    behave: Callable[[bytes, tuple[str, int]], bytes], verdict: Verdict, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer is this run's own, so that no other server can be taken for the inside."""
    monkeypatch.setattr("infra.trials.exchange.ANSWERING", 0.5)
    inside = (HERE, free_port())
    with gateway(behave, inside) as port:
        told = {
            "exchange_address": HERE,
            "exchange_port": port,
            "exchange_services": [{"name": "trial", "address": inside[0], "port": inside[1]}],
        }
        trial = exchanges("gateway", told, Plain(), Plain())
    assert trial.verdict is verdict, trial
    assert trial.reason.startswith(reason)


def test_a_target_counts_as_collected_by_its_job_and_machine() -> None:
    """As Prometheus answers a query."""
    said = '{"data": {"result": [{"metric": {"job": "ssh", "host": "one", "instance": "x"}, "value": [0, "1"]}]}}'
    assert good(answer(said)) == {("ssh", "one")}
    assert good(answer('{"data": {"result": []}}')) == set()


def test_only_what_is_firing_and_grave_is_a_grave_alarm() -> None:
    """As Prometheus lists its alerts."""
    down = {"alertname": "服务无应答", "severity": "critical", "host": "one"}
    rows = [
        {"state": "firing", "labels": down},
        {"state": "pending", "labels": {**down, "host": "two"}},
        {"state": "firing", "labels": {**down, "severity": "warning", "host": "three"}},
    ]
    assert grave(answer(json.dumps({"data": {"alerts": rows}}))) == {"服务无应答 one"}
    assert grave(answer('{"data": {"alerts": []}}')) == set()
