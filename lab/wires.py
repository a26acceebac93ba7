"""The wires of the lab: one bridge a site for its provider networks, all joined to one carrier; and a piece of internet.

A star has no loop, so the bridges simply learn addresses. None of them looks at VLAN tags: VLAN n of `wan-province` and VLAN n of
`wan-suqian` are one wire, as on a carrier's Ethernet service.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from lab import answers, namespaces
from lab.context import Lab
from lab.sites import SITES

INTEGRATION = "br-int"
CARRIER = "br-carrier"
INTERNET_BRIDGE = "br-internet"
INTERNET_PHYSICAL_NETWORK = "internet"
INTERNET_NAMESPACE = "gn-internet"
INTERNET_GATEWAY = "203.0.113.1/24"
"""RFC 5737 documentation prefix: can never be confused with a real network."""
CHASSIS = "govnet-lab"
_INTERNET_DEVICE = "gn-internet"
_INTERNET_MAC = "02:00:cb:00:71:01"
"""Always the same: OVN remembers whom it has resolved, also when the device behind is a new one."""


def ovs_socket(lab: Lab) -> Path:
    return lab.places.run / "ovs" / "db.sock"


def switch_pidfile(lab: Lab) -> Path:
    return lab.places.run / "ovs" / "ovs-vswitchd.pid"


def vsctl(lab: Lab, *words: str) -> str:
    """One transaction of ovs-vsctl; waits until the switch has carried it out."""
    return answers.command(lab, "ovs-vsctl", "--timeout=30", f"--db=unix:{ovs_socket(lab)}", *words)


def site_bridge(site: str) -> str:
    """A site's bridge, by the number of its slot: device names end at 15 characters, `br-wan-lianyungang` would not fit."""
    return f"br-wan-s{SITES.index(site)}"


def physical_networks() -> dict[str, str]:
    """Physical network → bridge."""
    return {INTERNET_PHYSICAL_NETWORK: INTERNET_BRIDGE} | {f"wan-{site}": site_bridge(site) for site in SITES}


def describe(lab: Lab) -> None:
    """Tell the switch's database who it is and where OVN is, before the switch runs."""
    mappings = ",".join(f"{network}:{bridge}" for network, bridge in physical_networks().items())
    identity = {
        "system-id": CHASSIS,
        "hostname": CHASSIS,
        "ovn-remote": f"unix:{lab.places.run}/ovn/sb.sock",
        "ovn-encap-type": "geneve",
        "ovn-encap-ip": "127.0.0.1",
        "ovn-bridge-datapath-type": "netdev",
        "ovn-bridge-mappings": mappings,
        "ovn-cms-options": "enable-chassis-as-gw",
        "ovn-monitor-all": "true",  # one chassis sees everything anyway; saves northd and the database the filtering
    }
    settings = [f'external-ids:{key}="{value}"' for key, value in identity.items()]
    vsctl(lab, "--no-wait", "--", "init", "--", "set", "Open_vSwitch", ".", *settings)


def ensure(lab: Lab) -> None:
    """Make bridges, patch ports and the internet's namespace where they are missing."""
    words: list[str] = []
    for bridge in (INTEGRATION, CARRIER, *physical_networks().values()):
        words += ["--", "--may-exist", "add-br", bridge, "--", "set", "Bridge", bridge, "datapath_type=netdev"]
        words += ["fail_mode=secure" if bridge == INTEGRATION else "fail_mode=standalone"]
    for site in SITES:
        words += _patch(site_bridge(site), CARRIER)
    words += ["--", "--may-exist", "add-port", INTERNET_BRIDGE, _INTERNET_DEVICE]
    words += ["--", "set", "Interface", _INTERNET_DEVICE, "type=internal"]
    vsctl(lab, *words)
    connect_internet()


def connect_internet() -> None:
    """The internet's namespace on its device of the switch."""
    namespaces.ensure(INTERNET_NAMESPACE)
    namespaces.adopt(INTERNET_NAMESPACE, _INTERNET_DEVICE, [INTERNET_GATEWAY], mtu=1500, mac=_INTERNET_MAC)


def _patch(one: str, other: str) -> list[str]:
    words: list[str] = []
    for here, there in ((one, other), (other, one)):
        port, peer = f"{here}-to-{there}", f"{there}-to-{here}"
        words += ["--", "--may-exist", "add-port", here, port]
        words += ["--", "set", "Interface", port, "type=patch", f"options:peer={peer}"]
    return words


def bridge_devices() -> list[str]:
    """Devices that a stopped userspace switch may leave in the host's namespace."""
    listing = subprocess.run(["ip", "-o", "link", "show"], capture_output=True, text=True, check=True).stdout
    mine = {INTEGRATION, CARRIER, *physical_networks().values()}
    return [name for line in listing.splitlines() if (name := line.split(": ")[1].split("@")[0]) in mine]
