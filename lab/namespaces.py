"""Network namespaces of the lab. All their names begin with `gn-`; nothing else is ever touched."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from lab import commands

PREFIX = "gn-"


def ours() -> list[str]:
    """The lab's namespaces that exist."""
    return sorted(name for name in existing() if name.startswith(PREFIX))


def existing() -> set[str]:
    """Every named namespace of this machine, also those that are nothing of the lab's."""
    return {entry["name"] for entry in json.loads(_run(["ip", "-j", "netns", "list"]) or "[]")}


def ensure(*names: str) -> None:
    """Make the namespaces that do not exist, loopback up, deaf to router advertisements."""
    fresh = [name for name in names if name not in existing()]
    ip_batch([f"netns add {name}" for name in fresh])
    for name in fresh:
        inside(name, "sysctl -qw net.ipv6.conf.all.accept_ra=0 net.ipv6.conf.default.accept_ra=0 && ip link set lo up")


def adopt(namespace: str, device: str, addresses: Iterable[str], *, mtu: int, mac: str | None = None) -> None:
    """Move a device into a namespace if it is not there, and give it exactly these static addresses."""
    if device in host_devices():
        move({device: namespace})
    lines = [f"link set {device} addrgenmode none", f"link set {device} mtu {mtu} up"]
    if mac:
        lines.insert(0, f"link set {device} address {mac}")
    lines += [f"addr replace {address} dev {device} {'nodad' if ':' in address else ''}" for address in addresses]
    ip_batch(lines, namespace)
    inside(namespace, f"ethtool -K {device} tx off >/dev/null")


def move(devices: Mapping[str, str]) -> None:
    """Move each of the host's devices into its namespace. One of the same name in there belonged to a switch that died: it goes."""
    for device, namespace in devices.items():
        inside(namespace, f"! ip link show {device} >/dev/null 2>&1 || ip link delete {device}")
    ip_batch([f"link set {device} netns {namespace}" for device, namespace in devices.items()])


def remove(names: Iterable[str]) -> None:
    """Delete namespaces; a device of the switch in them falls back to the host or vanishes with its port."""
    present = existing()
    ip_batch([f"netns del {name}" for name in names if name in present])


def host_devices() -> set[str]:
    """Names of the devices in the host's own namespace."""
    return {entry["ifname"] for entry in json.loads(_run(["ip", "-j", "link", "show"]))}


def devices(namespace: str) -> set[str]:
    """Names of the devices in a namespace that exists."""
    return {entry["ifname"] for entry in json.loads(_run(["ip", "-j", "-n", namespace, "link", "show"]))}


def inside(namespace: str, script: str) -> str:
    """Run a shell script inside a namespace."""
    return _run(["ip", "netns", "exec", namespace, "sh", "-ec", script])


def ip_batch(lines: Sequence[str], namespace: str | None = None) -> None:
    """Many `ip` commands in one process, in the host or inside a namespace; the first failure stops."""
    if lines:
        _run(["ip", *(["-n", namespace] if namespace else []), "-batch", "-"], "\n".join(lines) + "\n")


def _run(argv: Sequence[str], text: str | None = None) -> str:
    return commands.run(argv, text=text, failure="网络命令失败")
