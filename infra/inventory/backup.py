"""What backup machines and those whose data they keep must be told: roles `backup` and `backup_client`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from infra.backups.sent import BACKUP_PORT, DATA, Sent, sent
from infra.blueprint.planned import HostPlan
from infra.blueprint.types import Blueprint, SitePlan
from infra.inventory.access import Reach, made, secret
from infra.inventory.database import cipher, ciphers
from infra.model.enums import Capability, Takes


def secrets(blueprint: Blueprint, home: Path) -> Iterator[Path]:
    """All files with a random word that roles for copies, and for what is copied, need."""
    for copy in sent(made(blueprint)):
        yield _account(home, copy)
        if copy.local:
            yield repository_key(home, copy)
    yield from ciphers(blueprint, home)


def _account(home: Path, copy: Sent) -> Path:
    """The password of the sender's account at the keeper. Carried on to another site, all its sources share one."""
    name = f"{copy.sender.name}-account" if copy.local else f"{copy.sender.name}-account-at-{copy.copy.site}"
    return secret(home, copy.site.id, name)


def repository_key(home: Path, copy: Sent) -> Path:
    """The password of a source's repository: nobody has it who only keeps a copy."""
    return secret(home, copy.site.id, f"{copy.source.name}-repository")


def inner_key(home: Path, copy: Sent) -> Path | None:
    """Of a database, the password of the repository that is in the repository; files have none."""
    return cipher(home, copy.site.id, copy.source.name) if copy.job.takes == Takes.DATABASE else None


def client(row: HostPlan, reach: Reach, copies: Sequence[Sent]) -> dict[str, Any]:
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
        "backup_client_takes": copy.job.takes,
        # Twice within the RPO: a run that takes its time, or fails once, must not break the promise.
        "backup_client_every_minutes": min(copy.copy.every_minutes, copy.job.rpo_minutes // 2),
    }


def backup(site: SitePlan, row: HostPlan, reach: Reach, copies: Sequence[Sent]) -> dict[str, Any]:
    """Who may put copies on this machine, and where it carries on those that it has."""
    taken = [copy for copy in copies if copy.keeper == row]
    accounts = {copy.sender.name: str(_account(reach.keys, copy)) for copy in taken}
    return {
        "backup_site": site.id,
        "backup_address": row.addresses.v4,
        "backup_port": BACKUP_PORT,
        "backup_further_ports": sorted({copy.port for copy in taken} - {BACKUP_PORT}),
        "backup_clients": [{"name": name, "password_file": file} for name, file in accounts.items()],
        "backup_restores_databases": any(copy.job.takes == Takes.DATABASE for copy in taken),
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
