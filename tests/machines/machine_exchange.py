"""The gateway is the only way from the front to the inside, and carries registered services only."""

from __future__ import annotations

import socket

import pytest

from infra.engine import ROOT
from infra.hostaccess import reach
from infra.inventory import inventory
from infra.probing.feet import NamespaceFoot
from tests.machines.machines import names, on
from tests.real import blueprint

pytestmark = pytest.mark.usefixtures("configured", "feet")


def test_the_gateway_carries_packets_for_nobody() -> None:
    """Two legs are no road: it forwards requests, never packets."""
    for name in names("exchange"):
        assert on(name).check_output("cat /proc/sys/net/ipv4/ip_forward") == "0"


def test_a_method_that_nobody_needs_is_refused() -> None:
    """By the gateway itself."""
    answer = ask("internet_access", b"DELETE /trial/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 405")


def test_the_inside_cannot_come_out_by_the_way_in() -> None:
    """Requests from another zone are not even heard."""
    with pytest.raises(OSError, match="timed out"):
        ask("public_shared", b"GET /trial/ HTTP/1.1\r\nHost: x\r\n\r\n")


def ask(zone: str, request: bytes) -> bytes:
    name = names("exchange")[0]
    told = inventory(blueprint(), reach(ROOT, blueprint()))["_meta"]["hostvars"][name]
    foot = NamespaceFoot(f"gn-{name.partition('-')[0]}-{zone}")
    with foot.socket(socket.AF_INET, socket.SOCK_STREAM) as made:
        made.settimeout(3)
        made.connect((told["exchange_address"], told["exchange_port"]))
        made.sendall(request)
        return made.recv(200)
