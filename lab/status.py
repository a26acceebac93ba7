"""What the lab is doing right now, without changing anything."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path

from lab import cloud, environment, ownership, ports, wires
from lab.context import NotReady
from lab.places import Places
from lab.processes import Processes, started_at
from lab.services import SERVICES
from lab.services.ovn import socket

API_URL = f"https://{ports.HOST}:{ports.API}/"
_SHOWN = ("keystone", "neutron", "nova", "glance", "openstack-placement")


@dataclass(frozen=True)
class ProcessState:
    """One process; `pid`, `since` and `memory` (bytes, the whole session) are None when it does not run."""

    name: str
    pid: int | None
    since: datetime | None
    memory: int | None


@dataclass(frozen=True)
class ServiceState:
    """One service; `problem` is None when it gave a proper answer just now."""

    name: str
    processes: tuple[ProcessState, ...]
    problem: str | None


@dataclass(frozen=True)
class Report:
    """The whole lab at one moment."""

    services: tuple[ServiceState, ...]
    checkout: str | None
    versions: str

    @property
    def answering(self) -> bool:
        return all(service.problem is None for service in self.services)


def look(places: Places) -> Report:
    """Ask every service."""
    owner = ownership.owner(places)
    return Report(services(places), owner.checkout if owner else None, _versions(places))


def services(places: Places) -> tuple[ServiceState, ...]:
    """How every service is just now; before the first start none runs."""
    processes = Processes(places)
    if ownership.owner(places) is None:
        return tuple(
            ServiceState(service.name, tuple(_process(processes, name) for name in service.processes), "尚未启动")
            for service in SERVICES
        )
    lab = cloud.opened(places)
    found = []
    for service in cloud.services_of(lab):
        problem = None
        dead = [name for name in service.processes if processes.alive(name) is None]
        if dead:
            problem = f"进程不在运行：{'、'.join(dead)}"
        else:
            try:
                service.ready(lab)
            except NotReady as reason:
                problem = str(reason)
        found.append(
            ServiceState(service.name, tuple(_process(processes, name) for name in service.processes), problem)
        )
    return tuple(found)


def log_names(places: Places) -> list[str]:
    return sorted(path.stem for path in places.log.glob("*.log"))


def log_files(places: Places, service: str | None) -> list[Path]:
    """Log files of a service, or of one process by its name; all of them for None."""
    names = log_names(places)
    if service is not None:
        wanted = next((one.processes for one in SERVICES if one.name == service), (service,))
        names = [name for name in names if name in wanted]
    return [places.log / f"{name}.log" for name in names]


def client_environment(places: Places) -> dict[str, str]:
    """Variables by which people's clients find the lab."""
    lab = cloud.opened(places)
    return {
        "OS_CLIENT_CONFIG_FILE": str(places.clouds_file),
        "OS_CLOUD": "lab-admin",
        "OVS_RUNDIR": str(places.run / "ovs"),
        "OVN_RUNDIR": str(places.run / "ovn"),
        "OVN_NB_DB": socket(lab, "nb"),
        "OVN_SB_DB": socket(lab, "sb"),
        "OVS_VSCTL_DB": f"unix:{wires.ovs_socket(lab)}",
    }


def _process(processes: Processes, name: str) -> ProcessState:
    stat = processes.alive(name)
    if stat is None:
        return ProcessState(name, None, None, None)
    memory = sum(member.memory for member in processes.members(name))
    return ProcessState(name, stat.pid, started_at(stat), memory)


def _versions(places: Places) -> str:
    library = next(iter(environment.folder(places).glob("lib/python*/site-packages")), None)
    if library is None:
        return "OpenStack 环境尚未构建"
    found = {dist.name: dist.version for dist in metadata.distributions(path=[str(library)])}
    pinned = {name: found[name] for name in _SHOWN if name in found}
    return ",".join(f"{re.sub('^openstack-', '', name)} {version}" for name, version in pinned.items())
