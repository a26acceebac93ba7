"""The switch itself, from Debian 13: the one of Debian 12 aborts.

Open vSwitch 3.1 in user space keeps two entries for each connection of OVN's stateful rules and takes the second for the connection when
somebody comes again from the same port: it aborts, and every connection dies with it (docs/surprises.md). 3.3 has no second entry. The
newer program brings its own libraries and starts with its own loader; nothing of Debian 13 is installed. Its database server, its
commands and OVN stay those of Debian 12. Fetched once, kept by what is asked for.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from pathlib import Path

from lab import commands, package_source
from lab.places import Places

_SUITE = "trixie"
_PACKAGE = "openvswitch-switch"
_PROGRAM = "usr/lib/openvswitch-switch/ovs-vswitchd"
_LOADER = "usr/lib64/ld-linux-x86-64.so.2"
_LIBRARIES = "usr/lib/x86_64-linux-gnu"
_SCHEMA = "usr/share/openvswitch/vswitch.ovsschema"


def folder(places: Places) -> Path:
    """Where it lies, unpacked."""
    key = hashlib.sha256(repr((_SUITE, _PACKAGE)).encode()).hexdigest()[:16]
    return places.cache / f"switch-{key}"


def built(places: Places) -> bool:
    return folder(places).exists()


def build(places: Places) -> None:
    """Fetch and unpack it unless it is there; it appears under its name only when it is whole. LabError when the source does not answer."""
    if built(places):
        return
    places.cache.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix="switch-", dir=places.cache))
    try:
        root = part / "root"
        commands.run(
            [
                *("mmdebstrap", "--quiet", "--mode=root", "--variant=extract", f"--include={_PACKAGE}"),
                *('--aptopt=Acquire::Languages "none"', '--aptopt=APT::Install-Recommends "false"'),
                *(_SUITE, str(root), package_source.line(_SUITE)),
            ],
            failure="准备虚拟交换机程序失败",
            remedy="检查 Debian 软件源是否可达，然后重新运行 govnet lab up。",
        )
        commands.run([*command(root), "--version"], failure="虚拟交换机程序不能运行")
        root.rename(folder(places))
    finally:
        shutil.rmtree(part)


def command(root: Path) -> tuple[str, ...]:
    """How the program that lies unpacked below `root` is started."""
    return (str(root / _LOADER), "--library-path", str(root / _LIBRARIES), str(root / _PROGRAM))


def schema(root: Path) -> Path:
    """What the program expects of its database."""
    return root / _SCHEMA
