"""How a fact is spelt: one canonical text for each meaning, used for what is expected and for what is observed.

Both sides must spell alike or every comparison fails, so spelling has one home; what is *meant* is stated twice, by `expected` and by
`observed`, and that is the point of the comparison.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

ANYWHERE = {4: "0.0.0.0/0", 6: "::/0"}

_PROTOCOLS = {"ipv6-icmp": "icmpv6", "1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6"}
"""Neutron's other spellings of a protocol, numbers among them."""


def yes(value: object) -> str:
    return "是" if value else "否"


def listed(values: Iterable[str]) -> str:
    return ", ".join(sorted(values))


def address(value: str) -> str:
    return str(ipaddress.ip_address(value))


def addresses(values: Iterable[str]) -> str:
    return listed(address(value) for value in values)


def prefix(value: str) -> str:
    return str(ipaddress.ip_network(value, strict=False))


def ranges(values: Iterable[tuple[str, str]]) -> str:
    return listed(f"{address(start)}-{address(end)}" for start, end in values)


def protocol(name: str | None) -> str:
    return _PROTOCOLS.get(name or "", name or "any")


def route(router: str, destination: str, next_hop: str) -> str:
    return f"{router}: {prefix(destination)} via {address(next_hop)}"


def ports(low: int | None, high: int | None) -> str:
    """Ports inclusive. No port given means every port."""
    return f"{low}-{high}" if low is not None or high is not None else "any"


def rule(group: str, direction: str, version: int, protocol_name: str, port_words: str, remote: str) -> str:
    """A rule's whole meaning; `remote` is a prefix, or the name of a group."""
    return f"{group} {direction} IPv{version} {protocol_name} {port_words} {remote}"


def role(actor: str, scope: str, role_name: str, *, inherited: bool = False) -> str:
    return f"{actor} → {scope}: {role_name}" + ("（继承）" if inherited else "")


def share(object_type: str, object_name: str, target: str, action: str) -> str:
    return f"{object_type} {object_name} → {target}: {action}"


def provider(network_type: str, physical_network: str, segmentation_id: int | None) -> str:
    """Where a provider network sits; empty for an overlay, whose place is the cloud's own business."""
    if not physical_network:
        return ""
    return f"{network_type} {physical_network}" + (f" {segmentation_id}" if segmentation_id is not None else "")
