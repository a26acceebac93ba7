"""The TCP ports of the lab, all on 127.0.0.1. Whatever can talk through a Unix socket does, so there are only four."""

from __future__ import annotations

import errno
import socket

HOST = "127.0.0.1"

API = 15443
"""The one TLS port behind which every OpenStack API stands."""

AMQP = 15671
ERLANG_NODE = 15672
ERLANG_NAMES = 15673
"""RabbitMQ: clients, its own node, and the name service of that node."""

ALL = {"OpenStack API": API, "RabbitMQ": AMQP, "RabbitMQ (Erlang node)": ERLANG_NODE, "RabbitMQ (epmd)": ERLANG_NAMES}


def taken(port: int) -> bool:
    """Whether something listens on the port of the loopback address already."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(
            socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
        )  # closing connections of our own past are no listener
        try:
            probe.bind((HOST, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return True
            raise
    return False
