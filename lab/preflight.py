"""Can this machine carry the lab? Everything that stands in the way is said at once, before anything is installed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from infra.errors import LabError
from lab import environment, graph, machine, packages, ports
from lab.places import Places
from lab.processes import Processes

DISK_NEEDED = 10.0
"""GB free for a first installation; a machine that is already installed needs DISK_MARGIN."""

DISK_MARGIN = 2.0


def check(places: Places, processes: Processes) -> None:
    """Raise LabError naming every obstacle, one sentence with its remedy each."""
    obstacles = [*machine.obstacles(), *_disk(places), *_devices()]
    if not obstacles:  # the rest looks at what only root may see, on the system that we know
        running = any(processes.members(name) for name in processes.names())
        obstacles += [] if running else _ports()
        obstacles += _registries(places)
    if obstacles:
        raise LabError("本机还不能运行内置云：\n" + "\n".join(f"- {sentence}" for sentence in obstacles))


def require_root() -> None:
    """LabError for anybody but root, who alone can see and stop what the lab runs."""
    if sentences := machine.root(os.geteuid()):
        raise LabError(sentences[0])


def disk(free: int, folder: Path, *, installed: bool) -> list[str]:
    """Judges the free bytes of the file system that holds `folder`."""
    needed = DISK_MARGIN if installed else DISK_NEEDED
    if free >= needed * 1e9:
        return []
    return [f"磁盘空间不足：{folder} 所在分区需要 {needed:.0f} GB 可用空间，现有 {free / 1e9:.1f} GB：请清理或扩容。"]


def port_taken(label: str, port: int) -> str:
    """The sentence about a port that a stranger holds."""
    return f"端口 {ports.HOST}:{port}（{label}）已被别的程序占用：用 ss -ltnp 'sport = :{port}' 找到它并停掉。"


def _disk(places: Places) -> list[str]:
    installed = environment.built(places)
    found = {}
    for folder in (places.state, places.cache):
        existing = next(path for path in (folder, *folder.parents) if path.exists())
        found[existing.stat().st_dev] = disk(shutil.disk_usage(existing).free, existing, installed=installed)
    return [sentence for sentences in found.values() for sentence in sentences]


def _devices() -> list[str]:
    if Path("/dev/net/tun").exists():
        return []
    return [
        "没有 /dev/net/tun，用户态交换机无法建立网络设备：请加载内核模块 tun（modprobe tun），容器里则需要放行该设备。"
    ]


def _ports() -> list[str]:
    return [port_taken(label, port) for label, port in ports.ALL.items() if ports.taken(port)]


def _registries(places: Places) -> list[str]:
    """Only what is still to be fetched needs a registry; asked by the very tools that will fetch it."""
    obstacles: list[str] = []

    def ask_debian() -> None:
        try:
            packages.refresh_lists()
        except LabError as error:
            obstacles.append(
                f"Debian 软件源不可达：请检查网络、代理和 /etc/apt/sources.list 后重试。（{error.message.splitlines()[-1]}）"
            )

    def ask_python() -> None:
        try:
            environment.check_registry()
        except LabError as error:
            obstacles.append(
                f"Python 包索引不可达：请检查网络、代理和 UV_DEFAULT_INDEX 后重试。（{error.message.splitlines()[-1]}）"
            )

    tasks = {}
    if packages.missing():
        tasks["debian"] = graph.Task((), ask_debian)
    if not environment.built(places):
        tasks["python"] = graph.Task((), ask_python)
    graph.run(tasks)
    return sorted(obstacles)
