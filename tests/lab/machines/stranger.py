"""Somebody who stands in a zone and answers, and whom no plan knows."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_network

from lab import foot, namespaces
from tests.lab import clouds
from tests.real import blueprint

NUMBER = 77
PORT = 9100


@contextmanager
def stranger(site: str, zone: str) -> Iterator[str]:
    """A namespace on a port of its own at an address that nobody was given; it answers on the port of metrics. Its address."""
    plan = blueprint().site(site).zone(zone)
    network = ip_network(plan.hosts.v4)
    address = str(network[NUMBER])
    assert address not in str(blueprint().site(site).hosts)
    cloud = clouds.of(f"{site}-operator")
    there = cloud.one("network", "/networks", plan.network.name)
    group = cloud.one("network", "/security-groups", plan.group.name)
    name = f"{namespaces.PREFIX}{site}-stranger"
    port = cloud.must(
        "POST",
        "network",
        "/ports",
        port={
            "name": name,
            "network_id": there["id"],
            "security_groups": [group["id"]],
            "fixed_ips": [{"ip_address": address}],
        },
    )
    gateways = tuple(subnet.gateway for subnet in plan.network.subnets if subnet.version == 4 and subnet.gateway)
    try:
        foot.attach(
            [
                foot.Foot(
                    name, port["id"], port["mac_address"], (f"{address}/{network.prefixlen}",), gateways, there["mtu"]
                )
            ]
        )
        serving = subprocess.Popen(
            ["ip", "netns", "exec", name, "socat", f"TCP-LISTEN:{PORT},bind={address},fork,reuseaddr", "/dev/null"]
        )
        try:
            time.sleep(1)
            assert serving.poll() is None
            yield address
        finally:
            serving.kill()
            serving.wait()
    finally:
        foot.detach([name])
        cloud.call("DELETE", "network", f"/ports/{port['id']}")
