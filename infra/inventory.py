"""Ansible's inventory out of the blueprint: the machines that are made, grouped by capability and site, with what each role must be told.

Pure: where keys are and how a machine is reached from here is given by the caller (`Reach`), because that differs from place to place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.blueprint.planned import HostPlan
from infra.blueprint.platform import PACKAGES
from infra.blueprint.types import Blueprint, SitePlan
from infra.model.enums import Capability, ZoneKind

ACCOUNT = "govnet"
"""The administrators' account that the image makes."""

BACKUP_PORT = 8000
"""TCP port of flow `backup`."""
EXCHANGE_PORT = 8443
"""TCP port of flow `front_to_exchange`."""
INSIDE_PORT = 8080
"""TCP port of flow `exchange_to_back`."""
TRIAL = "trial"
"""The service behind which a verification answers: it stands on the probe of the public zone."""

KEEPS_DATA = "keeps_data"
"""Group of the machines that send copies to their site's backup machine."""

_DATA = {Capability.MONITORING: ("/var/lib/prometheus/metrics2", "/etc/prometheus")}
"""What a capability keeps that no declaration could bring back, and where."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How machines are reached from where the inventory is used.

    `keys`: the folder of `infra.keys`. `proxy`: site → the command that carries SSH to `%h:%p` through the site's bastion.
    """

    keys: Path
    proxy: Mapping[str, str]


def site_group(site: str) -> str:
    """The group of a site's machines."""
    return f"site_{site}"


def made(blueprint: Blueprint) -> Iterator[tuple[SitePlan, HostPlan]]:
    """The machines that are made, and their sites."""
    for site in blueprint.sites:
        if site.platform is not None:
            yield from ((site, row) for row in site.hosts if row.realised)


def inventory(blueprint: Blueprint, reach: Reach) -> dict[str, Any]:
    """What `ansible-inventory --list` shows."""
    groups: dict[str, list[str]] = defaultdict(list)
    variables: dict[str, dict[str, Any]] = {}
    for site, row in made(blueprint):
        variables[row.name] = _access(site, row, reach) | _base(site, row, reach) | _capability(site, row, reach)
        groups[row.capability].append(row.name)
        groups[site_group(site.id)].append(row.name)
        if _copy(site, row):
            groups[KEEPS_DATA].append(row.name)
    return {"_meta": {"hostvars": variables}} | {name: {"hosts": sorted(rows)} for name, rows in sorted(groups.items())}


def address(site: SitePlan, row: HostPlan) -> str:
    """Where a machine is administered and watched: its leg in operations management if it has one, so that answers go back that way."""
    ops = {zone.id for zone in site.zones if zone.kind is ZoneKind.OPS_MGMT}
    leg = next((leg for leg in row.legs if leg.zone_id in ops), row.legs[0])
    return leg.addresses.v4


def known_hosts(home: Path) -> Path:
    """The file with every machine's host key, which SSH checks strictly."""
    return home / "known_hosts"


def secret(home: Path, site: str, name: str) -> Path:
    """The file with a random word that a role needs."""
    return home / site / "secrets" / name


def secrets(blueprint: Blueprint, home: Path) -> Iterator[Path]:
    """All such files that the inventory names."""
    for site, row in made(blueprint):
        if _copy(site, row):
            yield secret(home, site.id, f"{row.name}-account")
            yield secret(home, site.id, f"{row.name}-repository")


def ssh_file(home: Path) -> Path:
    """The file by which people log in: `ssh -F <file> <machine>`."""
    return home / "ssh_config"


def ssh_config(blueprint: Blueprint, reach: Reach) -> str:
    """What stands in it: every machine by its name, with the same options as Ansible's."""
    entries = []
    for site, row in made(blueprint):
        options = {
            "HostName": address(site, row),
            "User": ACCOUNT,
            "IdentityFile": str(reach.keys / site.id / "operator"),
            "ProxyCommand": reach.proxy[site.id],
            **_checked(row, reach),
        }
        entries.append("".join([f"Host {row.name}\n", *(f"  {name} {value}\n" for name, value in options.items())]))
    return "\n".join(entries)


def _checked(row: HostPlan, reach: Reach) -> dict[str, str]:
    """SSH's options by which a machine is let in by its known key alone."""
    return {
        "UserKnownHostsFile": str(known_hosts(reach.keys)),
        "GlobalKnownHostsFile": "/dev/null",
        "HostKeyAlias": row.name,
        "StrictHostKeyChecking": "yes",
        "IdentitiesOnly": "yes",
    }


def _access(site: SitePlan, row: HostPlan, reach: Reach) -> dict[str, Any]:
    options = {"ProxyCommand": f"'{reach.proxy[site.id]}'", **_checked(row, reach)}
    return {
        "ansible_host": address(site, row),
        "ansible_user": ACCOUNT,
        "ansible_ssh_private_key_file": str(reach.keys / site.id / "operator"),
        "ansible_ssh_common_args": " ".join(f"-o {name}={value}" for name, value in options.items()),
    }


def _base(site: SitePlan, row: HostPlan, reach: Reach) -> dict[str, Any]:
    assert site.platform is not None
    servers = [host for host in site.hosts if host.capability == Capability.TIME]
    return {
        "base_packages_url": f"http://{site.platform.bastion.addresses.v4}:{PACKAGES}",
        "base_time_servers": [host.addresses.v4 for host in servers],
        "base_operator_key_file": str(reach.keys / site.id / "operator.pub"),
        "base_legs": [{"v4": leg.addresses.v4, "v6": leg.addresses.v6} for leg in row.legs],
        "base_rules": list(_rules(site, row)),
    }


def _rules(site: SitePlan, row: HostPlan) -> Iterator[dict[str, Any]]:
    """The rules of all groups of a machine's ports, each meaning once."""
    assert site.platform is not None
    plan = next(machine for machine in site.platform.machines if machine.id == row.id)
    groups = {group.id: group for group in (*site.platform.groups, *(zone.group for zone in site.zones))}
    rules = {
        (rule.direction, rule.version, rule.protocol, rule.port_min, rule.port_max, rule.remote)
        for port in plan.ports
        for group in port.group_ids
        for rule in groups[group].rules
    }
    for direction, version, protocol, low, high, remote in sorted(rules):
        yield {
            "direction": direction,
            "version": version,
            "protocol": protocol,
            "port_min": low,
            "port_max": high,
            "remote": remote,
        }


def _capability(site: SitePlan, row: HostPlan, reach: Reach) -> dict[str, Any]:
    variables = _client(site, row, reach)
    match Capability(row.capability):
        case Capability.BACKUP:
            clients = [other for other in site.hosts if other.realised and _copy(site, other) is row]
            variables |= {
                "backup_address": row.addresses.v4,
                "backup_port": BACKUP_PORT,
                "backup_clients": [
                    {"name": other.name, "password_file": str(secret(reach.keys, site.id, f"{other.name}-account"))}
                    for other in clients
                ],
            }
        case Capability.MONITORING:
            variables |= {"monitoring_address": row.addresses.v4, "monitoring_targets": list(_targets(site, row))}
        case Capability.EXCHANGE:
            variables |= _exchange(site, row)
    return variables


def _client(site: SitePlan, row: HostPlan, reach: Reach) -> dict[str, Any]:
    """What a machine with data must be told to send its copies."""
    server = _copy(site, row)
    if server is None:
        return {}
    job = next(job for job in site.backups if job.source == row.id)
    local = next(copy for copy in job.copies if copy.host_id == server.id and copy.site == site.id)
    return {
        "backup_client_server": f"{server.addresses.v4}:{BACKUP_PORT}",
        "backup_client_name": row.name,
        "backup_client_password_file": str(secret(reach.keys, site.id, f"{row.name}-account")),
        "backup_client_key_file": str(secret(reach.keys, site.id, f"{row.name}-repository")),
        "backup_client_paths": list(_DATA[Capability(row.capability)]),
        "backup_client_every_minutes": local.every_minutes,
    }


def _copy(site: SitePlan, row: HostPlan) -> HostPlan | None:
    """The machine of the site that keeps this machine's local copy, where both are made and the data have a known place."""
    if Capability(row.capability) not in _DATA:
        return None
    ids = {copy.host_id for job in site.backups if job.source == row.id for copy in job.copies if copy.site == site.id}
    return next((host for host in site.hosts if host.realised and host.id in ids), None)


def _targets(site: SitePlan, monitor: HostPlan) -> Iterator[dict[str, Any]]:
    """The made machines that this monitor watches; planned ones would only be alarms."""
    hosts = {row.id: row for row in site.hosts if row.realised}
    for target in site.targets:
        if target.watched_by == monitor.id and target.host_id in hosts:
            row = hosts[target.host_id]
            yield {"host": row.name, "address": address(site, row), "port": target.port}


def _exchange(site: SitePlan, row: HostPlan) -> dict[str, Any]:
    """The gateway serves the front zone, and the inside services that are made; the trial stands for them in a verification."""
    front = next(zone for zone in site.zones if zone.kind is ZoneKind.INTERNET_ACCESS)
    inside = next(zone for zone in site.zones if zone.kind is ZoneKind.PUBLIC_SHARED)
    return {
        "exchange_address": row.addresses.v4,
        "exchange_port": EXCHANGE_PORT,
        "exchange_sources": [front.hosts.v4],
        "exchange_services": [{"name": TRIAL, "address": inside.probe.addresses.v4, "port": INSIDE_PORT}],
    }
