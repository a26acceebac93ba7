"""How machines are reached: addresses, keys, host keys, the way through the bastion; for Ansible and for people alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.blueprint.made import address as address  # these two are words of this module too
from infra.blueprint.made import made as made
from infra.blueprint.planned import HostPlan
from infra.blueprint.types import Blueprint, SitePlan

ACCOUNT = "govnet"
"""The administrators' account that the image makes."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How machines are reached from where the inventory is used.

    `keys`: the folder of `infra.keys`. `proxy`: site → the command that carries SSH to `%h:%p` through the site's bastion. `pace`: how many
    times faster than stated monitors ask and alarm there (the lab does not wait for minutes).
    """

    keys: Path
    proxy: Mapping[str, str]
    pace: int = 1


ALIVE_SECONDS, ALIVE_TIMES = 5, 4
"""A connection is asked whether it is alive that often; unanswered that many times, it is given up."""


def known_hosts(home: Path) -> Path:
    """The file with every machine's host key, which SSH checks strictly."""
    return home / "known_hosts"


def secret(home: Path, site: str, name: str) -> Path:
    """The file with a random word that a role needs."""
    return home / site / "secrets" / name


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
    """SSH's options by which a machine is let in by its known key alone, and given up when it answers nothing for twenty seconds."""
    return {
        "ServerAliveInterval": str(ALIVE_SECONDS),
        "ServerAliveCountMax": str(ALIVE_TIMES),
        "UserKnownHostsFile": str(known_hosts(reach.keys)),
        "GlobalKnownHostsFile": "/dev/null",
        "HostKeyAlias": row.name,
        "StrictHostKeyChecking": "yes",
        "IdentitiesOnly": "yes",
    }


def access(site: SitePlan, row: HostPlan, reach: Reach) -> dict[str, Any]:
    """What Ansible needs to log in."""
    options = {"ProxyCommand": f"'{reach.proxy[site.id]}'", **_checked(row, reach)}
    return {
        "ansible_host": address(site, row),
        "ansible_user": ACCOUNT,
        "ansible_ssh_private_key_file": str(reach.keys / site.id / "operator"),
        "ansible_ssh_common_args": " ".join(f"-o {name}={value}" for name, value in options.items()),
        # mitogen puts options of its own before ours, and the first counts.
        "mitogen_ssh_keepalive_interval": ALIVE_SECONDS,
        "mitogen_ssh_keepalive_count": ALIVE_TIMES,
    }
