"""The listeners of a run: each at its own address and port, answering with a token that nobody else knows."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Self

from infra.blueprint.probes import Instance, Listener
from infra.blueprint.types import IpVersion
from infra.probing.feet import Foot

Addresses = Mapping[tuple[Instance, IpVersion], str]

FAMILY = {4: socket.AF_INET, 6: socket.AF_INET6}
KIND = {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM}
BACKLOG = 1024
"""Connections waiting to be accepted; all sources knock at once."""


class Listeners:
    """All listeners of a run. `broken` says for each one that could not be opened why."""

    def __init__(self, feet: Mapping[Instance, Foot], addresses: Addresses) -> None:
        self._feet = feet
        self._addresses = addresses
        # Of this run alone: an answer of yesterday's listener, or of a stranger, is no proof.
        self._nonce = secrets.token_hex(8)
        self._open = contextlib.ExitStack()
        self.broken: dict[Listener, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def token(self, listener: Listener) -> bytes:
        return f"govnet {self._nonce} {listener}".encode()

    def open(self, listener: Listener) -> None:
        """Listen until the run ends; one that cannot be opened is remembered as broken."""
        try:
            made = self._feet[listener.instance].socket(FAMILY[listener.version], KIND[listener.protocol])
        except OSError as problem:
            self.broken[listener] = f"监听方的命名空间不能用：{problem}"
            return
        self._open.callback(made.close)
        try:
            address = (self._addresses[listener.instance, listener.version], listener.port)
            if listener.protocol == "tcp":
                # Connections of the run before may still be closing. For UDP it would let two processes have the same port.
                made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                made.bind(address)
                made.listen(BACKLOG)
            else:
                made.bind(address)
        except OSError as problem:
            self.broken[listener] = f"监听不了 {listener}：{problem}"
            return
        answer = _answer_tcp if listener.protocol == "tcp" else _answer_udp
        loop = asyncio.get_running_loop()
        loop.add_reader(made, answer, made, self.token(listener))
        self._open.callback(loop.remove_reader, made)


def _answer_tcp(listening: socket.socket, token: bytes) -> None:
    for connection in _until_blocked(listening):
        # A token fits any send buffer. A source that has given up resets, and is not waited for.
        with connection, contextlib.suppress(ConnectionError):
            connection.send(token)


def _until_blocked(listening: socket.socket) -> Iterator[socket.socket]:
    while True:
        try:
            yield listening.accept()[0]
        except BlockingIOError:
            return


def _answer_udp(listening: socket.socket, token: bytes) -> None:
    while True:
        try:
            _, source = listening.recvfrom(2048)
            listening.sendto(token, source)
        except BlockingIOError:
            return
        except ConnectionError:
            # An earlier source is gone and its host said so; the next one waits behind.
            continue
