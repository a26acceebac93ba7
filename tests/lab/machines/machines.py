"""The machines of the lab as testinfra sees them: over SSH, through the bastion, by the file that people use too."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import testinfra  # type: ignore[import-untyped]  # it has no type hints
from testinfra.host import Host  # type: ignore[import-untyped]  # the same

from infra.engine import ROOT
from infra.hostaccess import reach
from infra.inventory import inventory
from infra.inventory.access import ssh_file
from tests.real import blueprint


@cache
def told() -> dict[str, Any]:
    """The inventory, as Ansible is told it."""
    return inventory(blueprint(), reach(ROOT, blueprint()))


def names(group: str) -> Sequence[str]:
    """The machines of a group of the inventory; never none."""
    hosts: Sequence[str] = told()["_meta"]["hostvars"] if group == "all" else told()[group]["hosts"]
    assert hosts, f"nobody is in {group}"
    return sorted(hosts)


def variables(name: str) -> dict[str, Any]:
    """What Ansible is told of a machine."""
    found: dict[str, Any] = told()["_meta"]["hostvars"][name]
    return found


def ssh_config() -> Path:
    """The file for `ssh -F`, written anew."""
    return ssh_file(reach(ROOT, blueprint()).keys)


@cache
def on(name: str) -> Host:
    """A machine, asked as root."""
    return testinfra.get_host(f"ssh://{name}?sudo=true&timeout=60", ssh_config=str(ssh_config()))
