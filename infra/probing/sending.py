"""One exchange of packets: what a source sees of a listener."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import time

from infra.blueprint.probes import Probe
from infra.blueprint.proof import Outcome, Seen
from infra.probing.feet import Foot
from infra.probing.listening import FAMILY, KIND

_RESETS = {errno.ECONNREFUSED, errno.ECONNRESET}
"""Signs of life of the target: its host answered, if only to refuse."""

RESEND = 0.25
"""Seconds between datagrams of one UDP exchange; one alone may be lost."""

READING = 2.0
"""Seconds to wait for the token of a connection that stands."""


class _NoWayOutError(Exception):
    """The source itself has no way to send: that is a broken foot and no denial."""


async def exchange(foot: Foot, probe: Probe, address: str, token: bytes, patience: float) -> Seen:
    """Knock once and wait for `patience` seconds.

    Refused is reached: a reset has crossed the border twice. What routers say on the way (unreachable, prohibited) is silence of the
    target. What this machine's own kernel says at once is a broken foot.
    """
    listener = probe.listener
    begun = time.monotonic()
    try:
        made = foot.socket(FAMILY[listener.version], KIND[listener.protocol])
    except OSError as problem:
        return Seen(Outcome.BROKEN, f"来源的命名空间不能用：{problem}")
    with made:
        try:
            try:
                async with asyncio.timeout(patience):
                    await _connect(made, (address, listener.port))
                    answer = b"" if listener.protocol == "tcp" else await _ask(made)
            except TimeoutError:
                return Seen(Outcome.SILENT)
            if listener.protocol == "tcp":
                answer = await _read(made)
        except _NoWayOutError as problem:
            return Seen(Outcome.BROKEN, f"来源自身发不出包：{problem}")
        except OSError as problem:
            if problem.errno in _RESETS:
                return Seen(Outcome.REACHED, "对端拒绝了连接，但包已到达")
            return Seen(Outcome.SILENT, f"网络告知不可达：{problem.strerror}")
    if answer == token:
        return Seen(Outcome.ANSWERED, seconds=time.monotonic() - begun)
    return Seen(Outcome.REACHED, "有应答，但不是本次运行的监听")


async def _connect(made: socket.socket, target: tuple[str, int]) -> None:
    """Like `loop.sock_connect`, but tells what failed here at once from what came back from the network."""
    number = made.connect_ex(target)
    if number not in (0, errno.EINPROGRESS):
        raise _NoWayOutError(os.strerror(number))
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_writer(made, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_writer(made)
    number = made.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if number:
        raise OSError(number, os.strerror(number))


async def _ask(made: socket.socket) -> bytes:
    """Send datagrams until one is answered."""
    loop = asyncio.get_running_loop()
    while True:
        made.send(b"govnet?")
        try:
            async with asyncio.timeout(RESEND):
                return await loop.sock_recv(made, 2048)
        except TimeoutError:
            continue


async def _read(made: socket.socket) -> bytes:
    """The token of a connection that stands; whatever came, if it ends early or late."""
    loop = asyncio.get_running_loop()
    answer = b""
    try:
        async with asyncio.timeout(READING):
            while more := await loop.sock_recv(made, 2048):
                answer += more
    except TimeoutError:
        return answer
    return answer
