"""The gateway is the only way from the front to the inside, and carries registered services only."""

from __future__ import annotations

import socket

import pytest

from infra.probing.feet import NamespaceFoot
from tests.lab.machines.machines import names, on, variables

pytestmark = pytest.mark.usefixtures("verified")


def test_the_gateway_carries_packets_for_nobody() -> None:
    """Two legs are no road: it forwards requests, never packets."""
    for name in names("exchange"):
        assert on(name).check_output("cat /proc/sys/net/ipv4/ip_forward") == "0"


def test_a_method_that_nobody_needs_is_refused() -> None:
    """By the gateway itself."""
    answer = ask("internet_access", b"DELETE /trial/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 405")


def test_an_answer_leaves_by_the_leg_that_was_asked() -> None:
    """Whichever of its networks gave it a default route first: an answer from another leg would be dropped as forged."""
    name = names("exchange")[0]
    machine, legs = on(name), variables(name)["base_legs"]
    assert len(legs) == 2
    for number, leg in enumerate(legs):
        for family, address, far in (("-4", leg["v4"], "203.0.113.1"), ("-6", leg["v6"], "2001:db8:ffff::1")):
            assert f"dev eth{number} " in machine.check_output(f"ip {family} route get {far} from {address}")


def test_the_inside_cannot_come_out_by_the_way_in() -> None:
    """Requests from another zone are not even heard."""
    with pytest.raises(OSError, match="timed out"):
        ask("public_shared", b"GET /trial/ HTTP/1.1\r\nHost: x\r\n\r\n")


def ask(zone: str, request: bytes) -> bytes:
    name = names("exchange")[0]
    foot = NamespaceFoot(f"gn-{name.partition('-')[0]}-{zone}")
    with foot.socket(socket.AF_INET, socket.SOCK_STREAM) as made:
        made.settimeout(3)
        made.connect((variables(name)["exchange_address"], variables(name)["exchange_port"]))
        made.sendall(request)
        return made.recv(200)
