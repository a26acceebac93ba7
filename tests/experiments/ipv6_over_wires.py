"""Does IPv6 cross the wires between two sites' routers, by static routes alone? Run: python -m tests.experiments.ipv6_over_wires

Two sites, each a router with a dual-stack tenant network and a leg on its own provider network, same VLAN id on both physical
networks. A namespace stands on a port of either tenant network. Measured: ping and TCP both ways, over both versions, and that
nothing answers once the route is gone.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass

from openstack.connection import Connection

from lab import foot, namespaces
from tests.experiments.workbench import project

VLAN = 3999
SITES = ("province", "suqian")


@dataclass(frozen=True)
class Side:
    """One site's addresses. `wire*` are its router's own on the wire."""

    site: str
    net4: str
    net6: str
    host4: str
    host6: str
    wire4: str
    wire6: str


SIDES = (
    Side("province", "10.240.1.0/24", "fd00:240:1::/64", "10.240.1.10", "fd00:240:1::10", "10.240.0.1", "fd00:240::1"),
    Side("suqian", "10.240.2.0/24", "fd00:240:2::/64", "10.240.2.10", "fd00:240:2::10", "10.240.0.2", "fd00:240::2"),
)


def build(cloud: Connection, side: Side, other: Side) -> foot.Foot:
    """One site: networks, router, routes to the other, and the foot to put down."""
    net = cloud.network
    label = f"wires6-{side.site}"
    inside = net.create_network(name=label)
    gateways = {4: side.net4.replace(".0/24", ".1"), 6: side.net6.replace("::/64", "::1")}
    subnets = [
        net.create_subnet(
            network_id=inside.id, ip_version=4, cidr=side.net4, enable_dhcp=False, gateway_ip=gateways[4]
        ),
        net.create_subnet(
            network_id=inside.id, ip_version=6, cidr=side.net6, enable_dhcp=False, gateway_ip=gateways[6]
        ),
    ]
    wire = net.create_network(
        name=f"{label}-wire",
        provider_network_type="vlan",
        provider_physical_network=f"wan-{side.site}",
        provider_segmentation_id=VLAN,
    )
    plain = {"network_id": wire.id, "gateway_ip": None, "enable_dhcp": False}
    legs = [
        net.create_subnet(ip_version=4, cidr="10.240.0.0/24", **plain),
        net.create_subnet(ip_version=6, cidr="fd00:240::/64", **plain),
    ]
    router = net.create_router(name=label)
    gateway = net.create_port(
        network_id=inside.id,
        fixed_ips=[{"subnet_id": s.id, "ip_address": gateways[s.ip_version]} for s in subnets],
    )
    leg = net.create_port(
        network_id=wire.id,
        fixed_ips=[{"subnet_id": s.id, "ip_address": side.wire4 if s.ip_version == 4 else side.wire6} for s in legs],
    )
    for port in (gateway, leg):
        net.add_interface_to_router(router, port=port.id)
    routes = [
        {"destination": other.net4, "nexthop": other.wire4},
        {"destination": other.net6, "nexthop": other.wire6},
    ]
    net.update_router(router, routes=routes)
    group = net.create_security_group(name=label)
    for version in ("IPv4", "IPv6"):
        net.create_security_group_rule(security_group_id=group.id, direction="ingress", ethertype=version)
    port = net.create_port(
        network_id=inside.id,
        security_group_ids=[group.id],
        fixed_ips=[{"subnet_id": s.id, "ip_address": side.host4 if s.ip_version == 4 else side.host6} for s in subnets],
    )
    return foot.Foot(
        name=f"gn-wires6-{side.site}",
        port_id=port.id,
        mac=port.mac_address,
        addresses=(f"{side.host4}/24", f"{side.host6}/64"),
        gateways=(gateways[4], gateways[6]),
        mtu=1442,
    )


_SERVER = """
import socket,sys
family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
connection = socket.create_server((sys.argv[1], 7000), family=family).accept()[0]
connection.sendall(b"x" * 1_000_000)
connection.close()
"""
_CLIENT = """
import socket,sys,time
for attempt in range(50):
    try:
        c=socket.create_connection((sys.argv[1],7000),timeout=5); break
    except ConnectionRefusedError: time.sleep(.1)
n=0
while data:=c.recv(65536): n+=len(data)
print(n)
"""


def tcp(source: str, target: str, address: str) -> int:
    """Bytes that arrive of a megabyte sent over TCP."""
    execute = ["ip", "netns", "exec"]
    server = subprocess.Popen([*execute, target, sys.executable, "-c", _SERVER, address])
    try:
        client = [*execute, source, sys.executable, "-c", _CLIENT, address]
        done = subprocess.run(client, capture_output=True, text=True, timeout=60, check=False)
        return int(done.stdout or 0)
    finally:
        server.kill()
        server.wait()


def ping(source: str, address: str) -> str:
    """The last two lines of ping: losses and times."""
    done = subprocess.run(
        ["ip", "netns", "exec", source, "ping", "-n", "-c", "10", "-i", "0.2", "-W", "2", address],
        capture_output=True,
        text=True,
        check=False,
    )
    return " ".join(done.stdout.strip().splitlines()[-2:])


def main() -> None:
    with project("experiment-wires6") as cloud:
        one, two = SIDES
        feet = [build(cloud, one, two), build(cloud, two, one)]
        try:
            foot.attach(feet)
            for source, side in ((feet[0], two), (feet[1], one)):
                for address in (side.host4, side.host6):
                    target = next(f.name for f in feet if f.name.endswith(side.site))
                    print(f"{source.name} -> {address}: {ping(source.name, address)}")
                    print(f"{source.name} -> {address}: TCP {tcp(source.name, target, address)} of 1000000 bytes")
            router = cloud.network.find_router("wires6-province", ignore_missing=False)
            cloud.network.update_router(router, routes=[])
            for address in (two.host4, two.host6):
                print(f"without routes {feet[0].name} -> {address}: {ping(feet[0].name, address)}")
        finally:
            foot.detach([f.name for f in feet])
    print(f"left over: {[name for name in namespaces.ours() if 'wires6' in name]}")


if __name__ == "__main__":
    main()
