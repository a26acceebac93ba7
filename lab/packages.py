"""The Debian packages of the lab: installed without starting anything, mended when an installation was cut short."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from infra.files import write_whole
from lab import commands

WANTED = (
    "openvswitch-switch",
    "ovn-central",
    "ovn-host",
    "iproute2",
    "ethtool",
    "iputils-ping",
    "mariadb-server-core",  # the servers alone: no service, no user, no data below /var/lib/mysql
    "mariadb-client",  # mariadb-dump
    "rabbitmq-server",
    "memcached",
    "nginx",
    "libvirt-daemon",
    "libvirt-daemon-driver-lxc",
    "libvirt-clients",  # virsh
    "python3-libvirt",  # compiled for Debian's Python, so no compiler is needed
    "haproxy",  # carries metadata questions out of a network
    "iptables",  # the metadata agent mends checksums with it in every network
    "qemu-utils",  # Nova asks qemu-img about every image
    "mmdebstrap",
    "socat",  # the way to machines through the bastion
    "openssh-client",
    "sudo",  # the privilege separation of OpenStack calls it by name
    "python3",  # the interpreter of the OpenStack environment
    "util-linux",  # setpriv
    "ca-certificates",
    "chromium",  # the status page is looked at as its readers see it
    "fonts-wqy-microhei",  # Chinese in its pictures
)

_POLICY = Path("/usr/sbin/policy-rc.d")
_POLICY_TEXT = (
    "#!/bin/sh\n# govnet-lab: packages are being installed for the lab; it starts its own instances.\nexit 101\n"
)
_APT = ("apt-get", "-o", "DPkg::Lock::Timeout=180", "-o", "Dpkg::Options::=--force-confold")


def missing() -> list[str]:
    """Wanted packages that are not completely installed."""
    answer = subprocess.run(
        ["dpkg-query", "-W", "-f", "${db:Status-Abbrev} ${Package}\n", *WANTED],
        capture_output=True,
        text=True,
        check=False,
    )
    installed = {line.split()[1] for line in answer.stdout.splitlines() if line.startswith("ii ")}
    return [name for name in WANTED if name not in installed]


def versions() -> str:
    """Names and versions of what is installed, for keys of caches."""
    return _run(["dpkg-query", "-W", "-f", "${Package}=${Version}\n", *WANTED])


def refresh_lists() -> None:
    """Fetch the package lists; LabError when any source does not answer."""
    _run([*_APT, "-o", "APT::Update::Error-Mode=any", "-o", "Acquire::Retries=2", "update"])


def settled() -> bool:
    """Whether everything wanted is installed and nothing of an interrupted installation is left."""
    return not missing() and not interrupted() and not _policy_is_ours()


def install() -> str | None:
    """Install what is missing. Says what had to be mended first, if anything.

    A killed dpkg leaves packages unpacked but not configured, or marked as needing reinstallation; both are finished here. A living
    apt of somebody else is waited for. While this runs, Debian's policy-rc.d keeps packages from starting their own instances.
    """
    if not _POLICY.exists():
        write_whole(_POLICY, _POLICY_TEXT, mode=0o755)
    try:
        repaired = _repair()
        if wanted := missing():
            _run([*_APT, "install", "-y", "-q", "--no-install-recommends", *wanted])
    finally:
        if _policy_is_ours():
            _POLICY.unlink()
    return repaired


def _policy_is_ours() -> bool:
    return _POLICY.exists() and _POLICY.read_text() == _POLICY_TEXT


def interrupted() -> bool:
    """Whether a killed dpkg left something behind."""
    return any(Path("/var/lib/dpkg/updates").iterdir()) or bool(unfinished(_listing()))


def unfinished(listing: str) -> dict[str, bool]:
    """Packages that are neither installed nor absent → whether they have to be unpacked again.

    `listing` has a line a package: dpkg's three letters (wanted, state, error), a bar, the name.
    """
    states = [line.split("|") for line in listing.splitlines()]
    return {name: letters[2] == "R" for letters, name in states if letters[1] not in "inc" or letters[2] != " "}


def _repair() -> str | None:
    if not interrupted():
        return None
    _run(["dpkg", "--force-confold", "--configure", "-a"])
    broken = [name for name, again in unfinished(_listing()).items() if again]
    if broken:
        _run([*_APT, "install", "-y", "-q", "--reinstall", "--no-install-recommends", *broken])
    _run([*_APT, "install", "-y", "-q", "--fix-broken", "--no-install-recommends"])
    return "上次安装软件包被中断，已用 dpkg --configure -a 修复。"


def _listing() -> str:
    return _run(["dpkg-query", "-W", "-f", "${db:Status-Abbrev}|${Package}\n"])


def _run(argv: Sequence[str]) -> str:
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    return commands.run(argv, env=env, failure="软件包命令失败", remedy="排除上面的原因后重新运行 govnet lab up。")
