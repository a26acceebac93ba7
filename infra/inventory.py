"""Ansible's inventory out of the blueprint: the machines that are made, grouped by capability and site, with what each role must be told.

Pure: where keys are and how a machine is reached from here is given by the caller (`Reach`), because that differs from place to place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.backups.sent import BACKUP_PORT, DATA, Sent, sent
from infra.blueprint.planned import HostPlan
from infra.blueprint.platform import PACKAGES
from infra.blueprint.types import Blueprint, SitePlan
from infra.model.enums import Capability, ZoneKind

ACCOUNT = "govnet"
"""The administrators' account that the image makes."""

EXCHANGE_PORT = 8443
"""TCP port of flow `front_to_exchange`."""
INSIDE_PORT = 8080
"""TCP port of flow `exchange_to_back`."""
TRIAL = "trial"
"""The service behind which a verification answers: it stands on the probe of the public zone."""

KEEPS_DATA = "keeps_data"
"""Group of the machines that send copies to their site's backup machine."""


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
    copies = tuple(sent(made(blueprint)))
    for site, row in made(blueprint):
        variables[row.name] = (
            _access(site, row, reach) | _base(site, row, reach) | _capability(site, row, reach, copies)
        )
        groups[row.capability].append(row.name)
        groups[site_group(site.id)].append(row.name)
        if any(copy.source == row for copy in copies):
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
    for copy in sent(made(blueprint)):
        yield _account(home, copy)
        if copy.local:
            yield repository_key(home, copy)


def _account(home: Path, copy: Sent) -> Path:
    """The password of the sender's account at the keeper. Carried on to another site, all its sources share one."""
    name = f"{copy.sender.name}-account" if copy.local else f"{copy.sender.name}-account-at-{copy.copy.site}"
    return secret(home, copy.site.id, name)


def repository_key(home: Path, copy: Sent) -> Path:
    """The password of a source's repository: nobody has it who only keeps a copy."""
    return secret(home, copy.site.id, f"{copy.source.name}-repository")


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


def _capability(site: SitePlan, row: HostPlan, reach: Reach, copies: Sequence[Sent]) -> dict[str, Any]:
    variables = _client(row, reach, copies)
    match Capability(row.capability):
        case Capability.BACKUP:
            variables |= _backup(site, row, reach, copies)
        case Capability.MONITORING:
            variables |= {"monitoring_address": row.addresses.v4, "monitoring_targets": list(_targets(site, row))}
        case Capability.EXCHANGE:
            variables |= _exchange(site, row)
    return variables


def _client(row: HostPlan, reach: Reach, copies: Sequence[Sent]) -> dict[str, Any]:
    """What a machine with data must be told to send its copies."""
    copy = next((copy for copy in copies if copy.source == row and copy.local), None)
    if copy is None:
        return {}
    return {
        "backup_client_server": f"{copy.keeper.addresses.v4}:{copy.port}",
        "backup_client_name": row.name,
        "backup_client_job": copy.job.id,
        "backup_client_place": copy.copy.site,
        "backup_client_password_file": str(_account(reach.keys, copy)),
        "backup_client_key_file": str(repository_key(reach.keys, copy)),
        "backup_client_paths": list(DATA[Capability(row.capability)].paths),
        # Twice within the RPO: a run that takes its time, or fails once, must not break the promise.
        "backup_client_every_minutes": min(copy.copy.every_minutes, copy.job.rpo_minutes // 2),
    }


def _backup(site: SitePlan, row: HostPlan, reach: Reach, copies: Sequence[Sent]) -> dict[str, Any]:
    """Who may put copies on this machine, and where it carries on those that it has."""
    taken = [copy for copy in copies if copy.keeper == row]
    accounts = {copy.sender.name: str(_account(reach.keys, copy)) for copy in taken}
    return {
        "backup_site": site.id,
        "backup_address": row.addresses.v4,
        "backup_port": BACKUP_PORT,
        "backup_further_ports": sorted({copy.port for copy in taken} - {BACKUP_PORT}),
        "backup_clients": [{"name": name, "password_file": file} for name, file in accounts.items()],
        "backup_replicas": list(_replicas(row, reach, copies)),
    }


def _replicas(row: HostPlan, reach: Reach, copies: Sequence[Sent]) -> Iterator[dict[str, Any]]:
    """Each other site to which this machine carries copies: where, as whom, which, and how often (0: as soon as there is a new one)."""
    carried = [copy for copy in copies if copy.sender == row and not copy.local]
    for place in sorted({copy.copy.site for copy in carried}):
        there = [copy for copy in carried if copy.copy.site == place]
        yield {
            "place": place,
            "server": f"{there[0].keeper.addresses.v4}:{there[0].port}",
            "account": row.name,
            "password_file": str(_account(reach.keys, there[0])),
            "every_minutes": min(copy.copy.every_minutes for copy in there),
            "repositories": [{"job": copy.job.id, "source": copy.source.name} for copy in there],
        }


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
