"""Feet: where packets are sent from and answered. A foot is a network namespace that stands on a Neutron port.

A socket belongs for ever to the namespace in which it was made, so one process can hold the sockets of all feet: it steps into a
namespace, makes the socket, and steps back. No process a foot, nothing to start or to lose.
"""

from __future__ import annotations

import ctypes
import os
import socket
from pathlib import Path
from typing import Protocol

NAMESPACES = Path("/run/netns")
"""Where iproute2 keeps named namespaces."""

_CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


class Foot(Protocol):
    """A place in a network that can make sockets. Raises `OSError` when it cannot."""

    def socket(self, family: socket.AddressFamily, kind: socket.SocketKind) -> socket.socket:
        """A new, non-blocking socket of this place."""
        ...


class NamespaceFoot:
    """A named network namespace of this machine; needs root."""

    def __init__(self, name: str) -> None:
        self._path = NAMESPACES / name

    def socket(self, family: socket.AddressFamily, kind: socket.SocketKind) -> socket.socket:
        # The namespace is of the thread: nothing may run between stepping in and stepping back.
        home = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        try:
            there = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
            try:
                _step(there)
                try:
                    made = socket.socket(family, kind)
                finally:
                    _step(home)
            finally:
                os.close(there)
        finally:
            os.close(home)
        made.setblocking(False)
        return made


def _step(namespace: int) -> None:
    if _libc.setns(namespace, _CLONE_NEWNET):
        number = ctypes.get_errno()
        raise OSError(number, f"setns: {os.strerror(number)}")
