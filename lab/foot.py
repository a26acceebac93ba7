"""Feet: a network namespace standing on a Neutron port, so that real packets can be sent as that port would.

A foot is an internal port of `br-int` with the Neutron port's id and MAC, moved into the namespace of its name, with the planned
addresses set by hand. Attaching again is harmless; many at once cost one transaction of the switch.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from infra.errors import ProbeError
from lab import answers, namespaces, wires
from lab.cloud import opened
from lab.context import Lab, NotReady
from lab.services import openvswitch, ovn

_SETTLING = 180.0
"""Seconds in which the switch takes in all flows of OVN: those of fifteen sites are some hundred thousand."""

_OWNER = "gn-foot"
"""Key in the port's external_ids that marks a foot and names its namespace."""


@dataclass(frozen=True)
class Foot:
    """A namespace `name` (beginning with `gn-`) on the Neutron port `port_id`.

    `addresses` carry their prefix length; `gateways` (at most one a version) become default routes; `mtu` in bytes is the network's.
    """

    name: str
    port_id: str
    mac: str
    addresses: tuple[str, ...]
    gateways: tuple[str, ...]
    mtu: int = 1442


def attach(feet: Sequence[Foot]) -> None:
    """Put all feet down; ProbeError when the lab is not running or refuses."""
    for foot in feet:
        if not foot.name.startswith(namespaces.PREFIX) or foot.name == wires.INTERNET_NAMESPACE:
            raise ProbeError(
                f"命名空间 {foot.name!r} 不合规定：必须以 {namespaces.PREFIX} 开头，且不是 {wires.INTERNET_NAMESPACE}。"
            )
    lab = opened()
    _forget_lost(lab, feet)
    words: list[str] = []
    for foot in feet:
        words += ["--", "--may-exist", "add-port", wires.INTEGRATION, device(foot.name)]
        words += ["--", "set", "Interface", device(foot.name), "type=internal", f"mtu_request={foot.mtu}"]
        words += [f'mac="{foot.mac}"', f"external_ids:iface-id={foot.port_id}", f"external_ids:{_OWNER}={foot.name}"]
    _vsctl(lab, words)
    namespaces.ensure(*(foot.name for foot in feet))
    on_host = namespaces.host_devices()
    namespaces.move({device(foot.name): foot.name for foot in feet if device(foot.name) in on_host})
    for foot in feet:
        _dress(foot)
    wires.connect_internet()
    _carried(lab)


def switch() -> str:
    """Which run of the switch carries the packets, told by one that answers: after a crash it is another. `ProbeError` when none does.

    A dead one leaves its pid file behind, and its monitor may wait ten seconds before it starts the next: the file alone proves nothing.
    """
    lab = opened()
    try:
        answers.until(partial(openvswitch.answers_now, lab), seconds=30)
        return wires.switch_pidfile(lab).read_text().strip()
    except (NotReady, FileNotFoundError) as reason:
        raise ProbeError("内置云的交换机没有在运行。", remedy="先运行 govnet lab up。") from reason


def detach(names: Iterable[str]) -> None:
    """Take feet up again: their ports and namespaces. Names that are no feet are ignored."""
    names = [name for name in names if name != wires.INTERNET_NAMESPACE]
    words = [word for name in names for word in ("--", "--if-exists", "del-port", wires.INTEGRATION, device(name))]
    _vsctl(opened(), words)
    namespaces.remove(names)


def attached() -> set[str]:
    """Names of the feet that stand: on the switch and as a namespace."""
    listing = _vsctl(
        opened(), ["--format=json", "--columns=external_ids", "find", "Interface", f"external_ids:{_OWNER}!=''"]
    )
    if not listing:
        return set()
    maps = [dict(row[0][1]) for row in json.loads(listing)["data"]]
    return {str(entries[_OWNER]) for entries in maps if _OWNER in entries} & set(namespaces.ours())


def device(name: str) -> str:
    """The device of a foot: names of devices end at 15 characters, those of namespaces do not."""
    return namespaces.PREFIX + hashlib.sha256(name.encode()).hexdigest()[:11]


def _forget_lost(lab: Lab, feet: Iterable[Foot]) -> None:
    """Take up those whose device is nowhere any more: the switch would never make it again, since it has the port."""
    standing, on_host, existing = attached(), namespaces.host_devices(), namespaces.existing()
    left = [foot.name for foot in feet if foot.name in standing and device(foot.name) not in on_host]
    lost = [name for name in left if name not in existing or device(name) not in namespaces.devices(name)]
    _vsctl(lab, [word for name in lost for word in ("--", "--if-exists", "del-port", wires.INTEGRATION, device(name))])


def _dress(foot: Foot) -> None:
    """Addresses and routes of one foot. Checksums are not left to the datapath, which does not compute them in userspace."""
    port = device(foot.name)
    # The switch cannot give a device in another namespace the MAC of the port that it stands on by now: a network that was made anew.
    lines = [f"link set {port} address {foot.mac}", f"link set {port} addrgenmode none"]
    lines += [f"link set {port} mtu {foot.mtu} up", f"addr flush dev {port}"]
    lines += [f"addr add {address} dev {port}{' nodad' if ':' in address else ''}" for address in foot.addresses]
    # Not `default`: in a batch the family can only be told by the prefix.
    lines += [
        f"route replace {'::/0' if ':' in gateway else '0.0.0.0/0'} via {gateway} dev {port}"
        for gateway in foot.gateways
    ]
    namespaces.ip_batch(lines, foot.name)
    namespaces.inside(foot.name, f"ethtool -K {port} tx off >/dev/null")


def _carried(lab: Lab) -> None:
    """Wait until the switch has every flow of OVN: a switch that has just started has none, and new feet have new ones."""
    try:
        answers.command(lab, "ovn-nbctl", f"--db={ovn.socket(lab, 'nb')}", "--wait=hv", "sync", patience=_SETTLING)
    except NotReady as reason:
        raise ProbeError(f"内置云的虚拟网络没有应答：{reason}", remedy="先运行 govnet lab up。") from reason


def _vsctl(lab: Lab, words: list[str]) -> str:
    if not words:
        return ""
    try:
        return wires.vsctl(lab, *words)
    except NotReady as reason:
        raise ProbeError(f"内置云的交换机没有应答：{reason}", remedy="先运行 govnet lab up。") from reason
