"""Do 300 networks with a router each hold on this OVN? Run: python -m tests.experiments.three_hundred_routers [COUNT]

Creates COUNT (300) times network, subnet, router, router interface and port, one after the other; prints for every block of thirty the
median time of each call and the processor time that the lab spent on it. Then puts a namespace on every port at once, so that this chassis
has to carry all of it, and waits until each router has answered. At last everything is removed again.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lab import foot, wires
from lab.cloud import opened
from lab.context import Lab
from tests.experiments.workbench import project

BLOCK = 30


class Stopwatch:
    """Seconds of each kind of call since the last report."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = defaultdict(list)

    def __call__(self, kind: str, call: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        started = time.perf_counter()
        result = call(*arguments, **named)
        self.seconds[kind].append(time.perf_counter() - started)
        return result

    def report(self) -> str:
        medians = {kind: statistics.median(values) for kind, values in self.seconds.items()}
        self.seconds.clear()
        return "  ".join(f"{kind} {value * 1000:4.0f} ms" for kind, value in medians.items())


def processor_seconds(lab: Lab) -> dict[str, float]:
    """Processor time of each lab process and its session so far."""
    ticks = os.sysconf("SC_CLK_TCK")
    spent = {}
    for name in lab.processes.names():
        fields = [
            Path(f"/proc/{one.pid}/stat").read_text().rpartition(")")[2].split() for one in lab.processes.members(name)
        ]
        spent[name] = sum(int(words[11]) + int(words[12]) for words in fields) / ticks
    return spent


def megabytes(lab: Lab) -> dict[str, int]:
    """Resident memory of the processes that could grow."""
    names = ("ovn-northd", "ovn-controller", "ovn-nb", "ovn-sb", "ovs-switch", "ovs-database", "neutron", "mariadb")
    return {name: round(sum(one.memory for one in lab.processes.members(name)) / 1e6) for name in names}


def stand_on_all(feet: list[foot.Foot]) -> None:
    """Put a namespace on every network, and wait until each gets an answer from its router."""
    started = time.perf_counter()
    foot.attach(feet)
    print(f"{len(feet)} feet attached in {time.perf_counter() - started:.1f} s")
    waiting = {one.name: one.gateways[0] for one in feet}
    while waiting:
        if time.perf_counter() - started > 300:
            raise SystemExit(f"{len(waiting)} routers never answered")
        name, gateway = next(iter(waiting.items()))
        ping = ["ip", "netns", "exec", name, "ping", "-n", "-c", "1", "-W", "1", gateway]
        if subprocess.run(ping, capture_output=True, check=False).returncode == 0:
            del waiting[name]
    print(f"all routers answered {time.perf_counter() - started:.1f} s after the feet were put down")


def flow_count(lab: Lab) -> str:
    """OpenFlow rules of the integration bridge."""
    bridge = f"unix:{lab.places.run}/ovs/{wires.INTEGRATION}.mgmt"
    listing = subprocess.run(["ovs-ofctl", "dump-aggregate", bridge], capture_output=True, text=True, check=True).stdout
    return listing.strip().rpartition("flow_count=")[2]


def main(count: int) -> None:
    lab = opened()
    print("memory before, MB:", megabytes(lab))
    watch, started = Stopwatch(), time.perf_counter()
    feet: list[foot.Foot] = []
    with project("experiment-routers") as cloud:
        net, spent = cloud.network, processor_seconds(lab)
        group = net.create_security_group(
            name="routers"
        )  # nobody has a default group here, and a port without one passes nothing
        for number in range(count):
            label, cidr = f"routers-{number}", f"10.{200 + number // 250}.{number % 250}.0/24"
            network = watch("network", net.create_network, name=label)
            subnet = watch(
                "subnet", net.create_subnet, network_id=network.id, ip_version=4, cidr=cidr, enable_dhcp=False
            )
            router = watch("router", net.create_router, name=label)
            watch("interface", net.add_interface_to_router, router, subnet=subnet.id)
            port = watch("port", net.create_port, network_id=network.id, security_group_ids=[group.id])
            address = f"{port.fixed_ips[0]['ip_address']}/24"
            feet.append(foot.Foot(f"gn-{label}", port.id, port.mac_address, (address,), (subnet.gateway_ip,)))
            if (number + 1) % BLOCK == 0:
                now = processor_seconds(lab)
                used = {name: now[name] - spent.get(name, 0) for name in now}
                top = "  ".join(
                    f"{name} {used[name]:.1f} s" for name in ("neutron", "mariadb", "ovn-northd", "ovn-controller")
                )
                print(f"{number + 1:4d}: {watch.report()}  | processor: {top}", flush=True)
                spent = now
        print(f"created {count} sets in {time.perf_counter() - started:.0f} s")
        print("memory with all created, MB:", megabytes(lab))
        try:
            stand_on_all(feet)
            print("flows:", flow_count(lab), " memory with a foot on every network, MB:", megabytes(lab))
        finally:
            foot.detach([one.name for one in feet])
        removing = time.perf_counter()
    print(f"removed in {time.perf_counter() - removing:.0f} s; memory after, MB: {megabytes(lab)}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
