"""Can this machine make machines? Nova's are containers under libvirt: they need control groups, loop devices and memory.

Where it cannot, the lab is whole in all else: networks, tenants and packets need no machine. Then it says why there are none.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

from lab import machine

MEMORY_NEEDED = 8.0
"""GB, as memory is sold. The lab alone needs 6 (`lab.machine`); four machines and what they are made with are the rest."""

MOUNTS = Path("/proc/self/mounts")
"""Where the kernel tells what is mounted."""
_LOOP = Path("/dev/loop-control")


def obstacle() -> str:
    """Why this machine can make no machines, in a sentence; empty when it can."""
    return judged(machine.memory_bytes(), groups_writable=_groups_writable(), loops=_LOOP.exists())


def judged(memory: int, *, groups_writable: bool, loops: bool) -> str:
    """The first thing that is missing, with its remedy; empty for nothing."""
    if memory < (MEMORY_NEEDED - 0.5) * 1e9:
        return f"内存 {memory / 1e9:.1f} GB，真实主机需要 {MEMORY_NEEDED:.0f} GB"
    if not groups_writable:
        return "没有可写的控制组（/sys/fs/cgroup）；容器里需要以特权方式运行"
    if not loops:
        return "没有 /dev/loop-control；请加载内核模块 loop，容器里则需要放行该设备"
    return ""


def group_mounts(mounts: Iterable[str]) -> list[Path]:
    """Where control groups are mounted, by the lines of /proc/self/mounts."""
    fields = [line.split() for line in mounts]
    return [Path(entry[1]) for entry in fields if entry[2] in ("cgroup", "cgroup2")]


def _groups_writable() -> bool:
    """Whether a group can be made in one of the mounts: tried, because a container may show them and refuse."""
    for mount in group_mounts(MOUNTS.read_text(encoding="utf-8").splitlines()):
        try:
            Path(tempfile.mkdtemp(prefix="govnet-", dir=mount)).rmdir()
        except OSError:
            continue
        return True
    return False
