"""Standing on the lab: probe ports of the sites become feet, and the internet gets its way back.

Only the embedded cloud lets this machine stand on its ports; with another cloud no packet is sent, and the verification says so.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator, Mapping, Sequence

from infra.blueprint.probes import INTERNET, Instance
from infra.blueprint.types import Blueprint, SitePlan, ZonePlan
from infra.facts.cloud import Snapshot
from infra.probing.feet import Foot, NamespaceFoot
from lab import foot as lab_foot
from lab import namespaces, wires


class NoFoot:
    """A place where nobody can stand: every socket fails with the reason, so its probes are not checked."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def socket(self, family: socket.AddressFamily, kind: socket.SocketKind) -> socket.socket:
        raise OSError(self._reason)


def stand(blueprint: Blueprint, sites: Sequence[str], snapshots: Mapping[str, Snapshot]) -> dict[Instance, Foot]:
    """A foot for every zone instance of the sites and for the internet. Raises `ProbeError` when the lab refuses."""
    feet: dict[Instance, Foot] = {INTERNET: NamespaceFoot(wires.INTERNET_NAMESPACE)}
    wanted: list[lab_foot.Foot] = []
    for site in map(blueprint.site, sites):
        snapshot = snapshots.get(site.id)
        for zone in site.zones:
            made = _foot(site, zone, snapshot) if snapshot else None
            if made is None:
                feet[site.id, zone.id] = NoFoot(f"云里没有探测端口 {zone.probe.name}")
            else:
                wanted.append(made)
                feet[site.id, zone.id] = NamespaceFoot(made.name)
    lab_foot.attach(wanted)
    _lead_back(blueprint, sites, snapshots)
    return feet


def _foot(site: SitePlan, zone: ZonePlan, snapshot: Snapshot) -> lab_foot.Foot | None:
    """The foot on a zone's probe port, `None` where the cloud has no such port.

    Addresses are the planned ones, whatever the cloud has: a port at another address is a difference, and its probes fail.
    """
    port = next((port for port in snapshot.ports if port["name"] == zone.probe.name), None)
    if port is None:
        return None
    subnets = zone.network.subnets
    return lab_foot.Foot(
        name=f"{namespaces.PREFIX}{site.id}-{zone.id}",
        port_id=port["id"],
        mac=port["mac_address"],
        addresses=tuple(_with_length(zone.probe.addresses.of(subnet.version), subnet.cidr) for subnet in subnets),
        gateways=tuple(subnet.gateway for subnet in subnets if subnet.gateway),
        mtu=next(network["mtu"] for network in snapshot.networks if network["id"] == port["network_id"]),
    )


def _with_length(address: str, cidr: str) -> str:
    return f"{address}/{ipaddress.ip_network(cidr).prefixlen}"


def _lead_back(blueprint: Blueprint, sites: Sequence[str], snapshots: Mapping[str, Snapshot]) -> None:
    """Give the internet a route to every zone through the egress routers, so that only the border keeps it out."""
    gateways = [address for snapshot in snapshots.values() for address in _gateways(snapshot)]
    blocks = [zone.block.v4 for site in map(blueprint.site, sites) for zone in site.zones]
    namespaces.ip_batch(
        [f"route replace {block} via {gateway}" for gateway in gateways for block in blocks], wires.INTERNET_NAMESPACE
    )


def _gateways(snapshot: Snapshot) -> Iterator[str]:
    """Addresses of the routers in the external network."""
    for port in snapshot.ports:
        if port["device_owner"] == "network:router_gateway":
            yield from (fixed["ip_address"] for fixed in port["fixed_ips"] if ":" not in fixed["ip_address"])
