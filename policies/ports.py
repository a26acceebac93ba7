"""Ports by what they let somebody do, protocol and number; a range that touches one of them counts."""

from __future__ import annotations

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
