"""Real packets on the loopback interface: no namespace and no root is needed to test how answers are read."""

from __future__ import annotations

import itertools
import socket
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from infra.blueprint.probes import Instance, Listener, Matrix, Probe
from infra.blueprint.proof import Outcome, Seen
from infra.blueprint.types import IpVersion
from infra.probing import run as running
from infra.probing.feet import Foot, NamespaceFoot

SOURCE, TARGET = ("a", "front"), ("a", "back")
ADDRESSES: dict[tuple[Instance, IpVersion], str] = {
    (SOURCE, 4): "127.0.0.2",
    (TARGET, 4): "127.0.0.3",
    (TARGET, 6): "::1",
}


class HomeFoot:
    """A foot that stands where the test runs."""

    def socket(self, family: socket.AddressFamily, kind: socket.SocketKind) -> socket.socket:
        made = socket.socket(family, kind)
        made.setblocking(False)
        return made


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.3", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port whose queue of connections is full: the kernel drops what knocks, as a border does."""
    with socket.socket() as full:
        full.bind(("127.0.0.3", 0))
        full.listen(0)
        port = int(full.getsockname()[1])
        waiting = []
        for _ in range(4):
            knocking = socket.socket()
            knocking.setblocking(False)
            knocking.connect_ex(("127.0.0.3", port))
            waiting.append(knocking)
        yield port
        for knocking in waiting:
            knocking.close()


def see(probe: Probe, monkeypatch: pytest.MonkeyPatch, *more: Probe) -> Seen:
    monkeypatch.setattr(running, "INSIST", 0.3)
    monkeypatch.setattr(running, "KNOCK", 0.3)
    monkeypatch.setattr(running, "DENIAL", (0.3, 0.3))
    feet = {SOURCE: HomeFoot(), TARGET: HomeFoot()}
    return running.run(Matrix((probe, *more), ()), feet, ADDRESSES)[probe]


@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize("protocol", ["tcp", "udp"])
@pytest.mark.parametrize("flows", [("web",), ()], ids=["permitted", "denied"])
def test_an_open_way_is_answered_by_the_listener_of_this_run(
    version: IpVersion, protocol: str, flows: tuple[str, ...], free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An open way is seen as open, also by a probe that hopes to be denied."""
    listener = Listener(TARGET, version, protocol, free_port)  # type: ignore[arg-type]  # parametrized
    assert see(Probe(SOURCE, listener, flows), monkeypatch).outcome is Outcome.ANSWERED


def test_silence_is_silence(silent_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    listener = Listener(TARGET, 4, "tcp", silent_port)
    probe = Probe(SOURCE, listener, ())
    monkeypatch.setattr("infra.probing.listening.Listeners.open", lambda self, listener: None)
    assert see(probe, monkeypatch) == Seen(Outcome.SILENT)


def test_a_reset_is_reached(free_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens there; the reset itself came through."""
    monkeypatch.setattr("infra.probing.listening.Listeners.open", lambda self, listener: None)
    seen = see(Probe(SOURCE, Listener(TARGET, 4, "tcp", free_port), ()), monkeypatch)
    assert seen == Seen(Outcome.REACHED, "对端拒绝了连接，但包已到达")


def test_a_stranger_who_answers_is_reached_but_is_no_answer(free_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that happens to listen there, or an earlier run's listener, proves nothing."""
    tokens = map(str, itertools.count())
    monkeypatch.setattr("infra.probing.listening.Listeners.token", lambda self, listener: next(tokens).encode())
    seen = see(Probe(SOURCE, Listener(TARGET, 4, "udp", free_port), ("web",)), monkeypatch)
    assert (seen.outcome, seen.detail) == (Outcome.REACHED, "有应答，但不是本次运行的监听")


def test_a_port_that_is_taken_breaks_the_listener_and_its_probes(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.3", 0))
        taken.listen()
        listener = Listener(TARGET, 4, "tcp", taken.getsockname()[1])
        seen = see(Probe(SOURCE, listener, ("web",)), monkeypatch)
    assert seen.outcome is Outcome.BROKEN
    assert "监听不了 a/back IPv4" in seen.detail


def test_no_more_are_tried_at_once_than_files_may_be_open(monkeypatch: pytest.MonkeyPatch, silent_port: int) -> None:
    """With room for one probe beside its listener, two take turns, and neither breaks."""
    monkeypatch.setattr("infra.probing.listening.Listeners.open", lambda self, listener: None)
    allowed = {"limits": (64, running.SPARE + 1 + 2)}
    monkeypatch.setattr("resource.getrlimit", lambda what: allowed["limits"])
    monkeypatch.setattr("resource.setrlimit", lambda what, limits: allowed.update(limits=limits))
    listener = Listener(TARGET, 4, "tcp", silent_port)
    probes = (Probe(SOURCE, listener, ()), Probe(TARGET, listener, ()))
    begun = time.monotonic()
    seen = see(probes[0], monkeypatch, probes[1])
    assert seen == Seen(Outcome.SILENT)
    assert time.monotonic() - begun >= 0.6
    assert allowed["limits"] == (running.SPARE + 3, running.SPARE + 3)


def test_a_namespace_that_is_not_there_breaks_the_probe() -> None:
    """A source that cannot send is no denied source."""
    probe = Probe(SOURCE, Listener(TARGET, 4, "tcp", 9), ())
    feet: dict[Instance, Foot] = {SOURCE: NamespaceFoot("gn-no-such-namespace"), TARGET: HomeFoot()}
    seen = running.run(Matrix((probe,), ()), feet, ADDRESSES)[probe]
    assert seen.outcome is Outcome.BROKEN
    assert "gn-no-such-namespace" in seen.detail


def test_a_port_that_somebody_else_has_is_could_not_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """For UDP the kernel would give both the same port if both asked for it, and one would hear the other's questions."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.3", 0))
        listener = Listener(TARGET, 4, "udp", other.getsockname()[1])
        assert see(Probe(SOURCE, listener, ("web",)), monkeypatch).outcome is Outcome.BROKEN


def test_what_must_pass_is_tried_again_as_long_as_that_gets_something_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """A large network learns its ways slower than they are asked for; one that is never learned does not keep the run from ending."""
    probes = [Probe(SOURCE, Listener(TARGET, 4, "udp", port), ("web",)) for port in (20_001, 20_002, 20_003)]
    answers_at = {20_001: 2, 20_002: 3, 20_003: 1_000}
    knocks: Counter[int] = Counter()

    async def learned(foot: Foot, probe: Probe, *_: object) -> Seen:
        port = probe.listener.port
        knocks[port] += 1
        return Seen(Outcome.ANSWERED if knocks[port] >= answers_at[port] else Outcome.SILENT)

    monkeypatch.setattr(running, "INSIST", 0)
    monkeypatch.setattr(running, "exchange", learned)
    feet = {SOURCE: HomeFoot(), TARGET: HomeFoot()}
    seen = running.run(Matrix(tuple(probes), ()), feet, ADDRESSES)
    assert [seen[probe].outcome for probe in probes] == [Outcome.ANSWERED, Outcome.ANSWERED, Outcome.SILENT]
    assert knocks[20_003] == 4
