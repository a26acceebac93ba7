"""Ports by what they let somebody do, protocol and number; a range that touches one of them counts."""

from __future__ import annotations

from collections.abc import Iterable

from infra.model.base import Protocol

Span = tuple[Protocol, int, int]

ADMINISTRATION: tuple[Span, ...] = (
    ("tcp", 22, 23),  # SSH, Telnet
    ("tcp", 135, 135),  # Windows RPC
    ("tcp", 445, 445),  # SMB
    ("udp", 623, 623),  # IPMI
    ("tcp", 3389, 3389),  # RDP
    ("udp", 3389, 3389),
    ("tcp", 5900, 5999),  # VNC
    ("tcp", 5985, 5986),  # WinRM
)
"""Where whoever gets in administers the machine."""

TUNNELS: tuple[Span, ...] = (
    ("udp", 500, 500),  # IKE
    ("udp", 4500, 4500),  # IPsec through address translation
    ("tcp", 1194, 1194),  # OpenVPN
    ("udp", 1194, 1194),
    ("udp", 1701, 1701),  # L2TP
    ("tcp", 1723, 1723),  # PPTP
    ("udp", 51820, 51820),  # WireGuard
)
"""Where a private network from outside ends."""


def touches(protocol: str, low: int, high: int, spans: tuple[Span, ...]) -> bool:
    """Whether a range of ports has one of the spans' in it. A protocol that is neither TCP nor UDP (any, say) may be both."""
    return any(
        (protocol == name or protocol not in ("tcp", "udp", "icmp", "icmpv6")) and low <= last and first <= high
        for name, first, last in spans
    )


def span(protocol: str, low: int, high: int) -> str:
    """`22/tcp`, `8000-8010/tcp`: as people write ports in the estate."""
    return f"{low}/{protocol}" if low == high else f"{low}-{high}/{protocol}"


STORES: tuple[Span, ...] = (
    ("tcp", 1433, 1434),  # SQL Server
    ("tcp", 1521, 1521),  # Oracle
    ("tcp", 2379, 2380),  # etcd
    ("tcp", 3306, 3306),  # MySQL
    ("tcp", 5236, 5236),  # 达梦
    ("tcp", 5432, 5432),  # PostgreSQL, openGauss
    ("tcp", 6379, 6379),  # Redis
    ("tcp", 9200, 9300),  # Elasticsearch
    ("tcp", 27017, 27019),  # MongoDB
    ("tcp", 54321, 54321),  # 人大金仓
)
"""Where whoever gets in has the data."""

CONTROL: tuple[Span, ...] = (
    ("tcp", 2375, 2376),  # Docker
    ("tcp", 6443, 6443),  # Kubernetes
    ("tcp", 10250, 10250),  # kubelet
)
"""Where whoever gets in commands many machines."""

_WITHOUT_PORTS = ("icmp", "icmpv6")


def meant(protocol: str, low: int, high: int) -> tuple[Span, ...]:
    """What a rule lets through: no port given is every port, and any other protocol than TCP and UDP is both."""
    if protocol in _WITHOUT_PORTS:
        return ()
    first, last = (low, high) if high else (1, 65535)
    if protocol == "tcp":
        return (("tcp", first, last),)
    return (("udp", first, last),) if protocol == "udp" else (("tcp", 1, 65535), ("udp", 1, 65535))


def width(spans: Iterable[Span]) -> int:
    """How many different ports of TCP and UDP the spans have together."""
    count, reached = 0, ("", 0)
    for protocol, low, high in sorted(spans):
        fresh = max(low, reached[1] + 1) if protocol == reached[0] else low
        if high >= fresh:
            count, reached = count + high - fresh + 1, (protocol, high)
    return count
