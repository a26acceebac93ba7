"""Whose cloud this is. One checkout owns the lab, because what is in a cloud belongs with the records that the checkout keeps of it."""

from __future__ import annotations

import fcntl
import json
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from infra.errors import LabError
from infra.files import write_whole
from lab import environment
from lab.places import Places
from lab.processes import Processes

_STATE_FORMAT = 1
"""Raise it when an older lab's state cannot be used by this code; such state is reset."""


def made_by() -> str:
    """Stands for the code and packages that state on disk belongs to."""
    return f"{_STATE_FORMAT}-{environment.key()}"


@dataclass(frozen=True)
class Owner:
    """Who brought the cloud up, and which cloud it is: `cloud` changes with every reset."""

    checkout: str
    made_by: str
    cloud: str
    machines: bool = False
    """Whether Nova makes machines in it."""


def owner(places: Places) -> Owner | None:
    """The owner of the state on disk; None when there is no state, or none that can be read."""
    try:
        return Owner(**json.loads(_file(places).read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def claim(places: Places, checkout: Path, *, machines: bool = False) -> Owner:
    """Write this checkout down as the owner of a fresh cloud."""
    fresh = Owner(str(checkout), made_by(), uuid.uuid4().hex, machines)
    write_whole(_file(places), json.dumps(asdict(fresh), ensure_ascii=False) + "\n")
    return fresh


def refuse_foreign(places: Places, processes: Processes, checkout: Path) -> None:
    """LabError when another checkout that still exists has this lab running."""
    current = owner(places)
    if current is None or current.checkout == str(checkout):
        return
    if Path(current.checkout).is_dir() and any(processes.alive(name) for name in processes.names()):
        raise LabError(
            f"本机的内置云正由另一个检出目录使用：{current.checkout}",
            remedy=f"在那边运行 govnet lab down 之后再试（或直接运行 {current.checkout}/.venv/bin/govnet lab down）；"
            "一台机器只能有一个内置云，那边的云资源会在本目录启动时清空。",
        )


@contextmanager
def exclusive(places: Places) -> Iterator[None]:
    """Only one command at a time may change the lab. The lock dies with its holder, whatever kills it."""
    places.state.mkdir(parents=True, exist_ok=True)
    handle = os.open(places.state / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            holder = os.pread(handle, 200, 0).decode(errors="replace").strip()
            raise LabError(
                f"另一个 govnet lab 命令正在运行（{holder or '进程号未知'}）。", remedy="等它结束后再运行。"
            ) from held
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"进程 {os.getpid()}".encode(), 0)
        yield
    finally:
        os.close(handle)


def _file(places: Places) -> Path:
    return places.state / "owner.json"
