"""The machines of the lab as testinfra sees them: over SSH, through the bastion, by the inventory that Ansible uses."""

from __future__ import annotations

from collections.abc import Sequence

import testinfra  # type: ignore[import-untyped]  # it has no type hints
from testinfra.host import Host  # type: ignore[import-untyped]  # the same

from infra.engine import ROOT
from infra.hostaccess import reach
from infra.inventory import inventory
from tests.real import blueprint


def names(group: str) -> Sequence[str]:
    """The machines of a group of the inventory; never none."""
    told = inventory(blueprint(), reach(ROOT, blueprint()))
    hosts: Sequence[str] = told["_meta"]["hostvars"] if group == "all" else told[group]["hosts"]
    assert hosts, f"nobody is in {group}"
    return sorted(hosts)


def on(name: str) -> Host:
    """A machine, asked as root."""
    return testinfra.get_host(f"ansible://{name}?sudo=true", ansible_inventory=str(ROOT / "inventories" / "govnet.py"))
