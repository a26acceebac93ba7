"""How the cloud is, told to monitors: by the lab's own checks, and not asked more often than needed."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab import health, status
from lab.places import Places
from lab.status import ServiceState


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, list[int]]]:
    """A server on a socket, and how often the services were asked."""
    times: list[int] = []

    def services(places: Places) -> tuple[ServiceState, ...]:
        times.append(1)
        return ServiceState("neutron", (), None), ServiceState("ovn", (), "没有应答")

    monkeypatch.setattr(status, "services", services)
    served = health.Health(str(tmp_path / "health.sock"))
    threading.Thread(target=served.serve_forever, daemon=True).start()
    yield str(tmp_path / "health.sock"), times
    served.shutdown()
    served.server_close()


def question(path: str) -> str:
    """The whole answer."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(path)
        connection.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
        return connection.makefile(encoding="utf-8", newline="\n").read()


def test_a_service_that_does_not_answer_is_told_as_one_that_does_not(asked: tuple[str, list[int]]) -> None:
    """Each by its name; two questions in a row cost the services one."""
    path, times = asked
    for _ in range(2):
        told = question(path)
        assert told.startswith("HTTP/1.0 200")
        assert 'govnet_cloud_service_up{name="neutron"} 1\n' in told
        assert 'govnet_cloud_service_up{name="ovn"} 0\n' in told
    assert len(times) == 1
