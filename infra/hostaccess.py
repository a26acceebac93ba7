"""From here to the machines: keys in files as SSH wants them, and the way through each site's bastion.

On the embedded cloud the bastion is a network namespace of this machine; elsewhere it is the machine at the bastion's planned address.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from infra import certificates, cloudconfig, keys
from infra.blueprint.types import Blueprint, SitePlan
from infra.files import write_whole
from infra.inventory import inventory
from infra.inventory.access import ACCOUNT, Reach, known_hosts, made, ssh_config, ssh_file
from infra.inventory.backup import secrets
from infra.inventory.certificates import holders
from lab.bastion import namespace
from lab.places import default_places

LAB_PACE = 6
"""How many times faster monitors ask and alarm on the embedded cloud: two minutes are twenty seconds there."""


def reach(root: Path, blueprint: Blueprint) -> Reach:
    """The reach of this checkout, with every key, certificate and secret word in its file, and the file for `ssh -F`.

    Raises `CloudError` when there is no clouds.yaml.
    """
    clouds = cloudconfig.clouds_file(root)
    home = keys.folder(clouds)
    lines = []
    for site, row in made(blueprint):
        lines.append(f"{row.name} {keys.host(home, site.id, row.name).public}\n")
        operator = keys.operator(home, site.id)
        write_whole(operator.file.with_suffix(".pub"), operator.public + "\n")
    write_whole(known_hosts(home), "".join(lines))
    for file in secrets(blueprint, home):
        keys.word(file)
    for place, machines in holders(blueprint).items():
        certificates.ensure(home, place, machines.items())
    embedded = clouds == default_places().clouds_file
    proxies = {site.id: _proxy(site, home, embedded=embedded) for site, _ in made(blueprint)}
    found = Reach(home, proxies, pace=LAB_PACE if embedded else 1)
    write_whole(ssh_file(home), ssh_config(blueprint, found))
    return found


def host_variables(root: Path, blueprint: Blueprint) -> dict[str, dict[str, Any]]:
    """What the inventory says of each machine, by its name: how it is reached from here among it. Raises as `reach` does."""
    told: dict[str, dict[str, Any]] = inventory(blueprint, reach(root, blueprint))["_meta"]["hostvars"]
    return told


def _proxy(site: SitePlan, home: Path, *, embedded: bool) -> str:
    if embedded:
        # Asked again for a while: the switch may just be starting anew (docs/surprises.md).
        return f"ip netns exec {namespace(site.id)} socat - TCP:%h:%p,connect-timeout=10,retry=10,interval=2"
    assert site.platform is not None
    jump = f"{ACCOUNT}@{site.platform.bastion.addresses.v4}"
    return f"ssh -i {home / site.id / 'operator'} -o UserKnownHostsFile={known_hosts(home)} -W %h:%p {jump}"
