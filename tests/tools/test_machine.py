"""Whether this is a machine for the embedded cloud is said before anything is installed."""

from __future__ import annotations

from lab import machine

DEBIAN = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n'


def test_debian_12_as_root_with_memory_passes() -> None:
    """5.6 GB visible is what a machine sold with 6 GB shows."""
    assert [*machine.system(DEBIAN), *machine.root(0), *machine.memory(5_600_000_000)] == []


def test_another_system_is_refused_by_its_own_name() -> None:
    """The packages and versions are those of Debian 12."""
    other = 'PRETTY_NAME="Ubuntu 24.04 LTS"\nID=ubuntu\nVERSION_ID="24.04"\n'
    assert machine.system(other) == [
        "内置云需要 Debian 12，本机是 Ubuntu 24.04 LTS：请换一台 Debian 12 的机器或虚拟机；没有内置云也可以用 make preview、make check。"
    ]
    assert machine.system(DEBIAN.replace("12", "11"))
    assert machine.system("")


def test_a_user_who_is_not_root_is_told_how() -> None:
    """Bridges, namespaces and databases need it."""
    assert machine.root(1000) == [
        "内置云要安装软件包并配置网络，需要 root 权限：请以 root 身份运行（例如 sudo -i 之后）。"
    ]


def test_too_little_memory_is_said_in_figures() -> None:
    """Of the machine or of its container."""
    assert machine.memory(4_000_000_000) == [
        "内存不足：内置云需要 6 GB，本机只有 4.0 GB：请为机器增加内存，或放宽容器的内存限制。"
    ]
