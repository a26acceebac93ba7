"""Is this a machine for the lab at all? System, user and memory: what can be known before anything is installed.

Standard library only, and imports nothing of ours: `tools/bootstrap.py` asks this before there is an environment.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

MEMORY_NEEDED = 6.0
"""GB, as memory is sold: the kernel keeps a little of it for itself, so 5.5 visible ones pass."""


def obstacles() -> list[str]:
    """Everything about this machine that cannot be mended by installing something, one sentence with its remedy each."""
    return [*system(_os_release()), *root(os.geteuid()), *memory(memory_bytes())]


def system(os_release: str) -> list[str]:
    """Judges the content of /etc/os-release."""
    facts = dict(re.findall(r'^(ID|VERSION_ID|PRETTY_NAME)="?([^"\n]*)"?$', os_release, re.MULTILINE))
    if (facts.get("ID"), facts.get("VERSION_ID")) == ("debian", "12"):
        return []
    name = facts.get("PRETTY_NAME", "未知系统")
    return [
        f"内置云需要 Debian 12，本机是 {name}：请换一台 Debian 12 的机器或虚拟机；没有内置云也可以用 make preview、make check。"
    ]


def root(user: int) -> list[str]:
    """Judges the effective user id."""
    return (
        [] if user == 0 else ["内置云要安装软件包并配置网络，需要 root 权限：请以 root 身份运行（例如 sudo -i 之后）。"]
    )


def memory(total: int) -> list[str]:
    """Judges the bytes of memory."""
    if total >= (MEMORY_NEEDED - 0.5) * 1e9:
        return []
    return [
        f"内存不足：内置云需要 {MEMORY_NEEDED:.0f} GB，本机只有 {total / 1e9:.1f} GB：请为机器增加内存，或放宽容器的内存限制。"
    ]


def _os_release() -> str:
    path = Path("/etc/os-release")
    return path.read_text(encoding="utf-8") if path.exists() else ""


def memory_bytes() -> int:
    """Memory of the machine, or of the container where that is less."""
    amounts = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for limit in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            amounts.append(int(Path(limit).read_text(encoding="ascii")))
        except (OSError, ValueError):
            continue  # no such kind of control group here, or "max"
    return min(amounts)
