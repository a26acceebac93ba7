"""memcached: tokens and Keystone's lookups, shared by all processes. A Unix socket, no port."""

from __future__ import annotations

from lab import answers
from lab.context import Lab, NotReady, Service, ending, ensure_folder
from lab.openstack import memcached_socket

NAME = "memcached"
_USER = "memcache"


def start(lab: Lab) -> None:
    socket = memcached_socket(lab)
    ensure_folder(socket.parent, owner=_USER, mode=0o700)
    lab.keep(NAME, ["memcached", "-s", socket, "-a", "0600", "-m", "64", "-c", "512", "-t", "1"], user=_USER)


def ready(lab: Lab) -> None:
    answer = answers.exchange(str(memcached_socket(lab)), b"version\r\n")
    if not answer.startswith(b"VERSION "):
        raise NotReady(f"memcached: {answer!r}")


SERVICE = Service(NAME, needs=(), processes=(NAME,), start=start, ready=ready, stop=ending(NAME))
