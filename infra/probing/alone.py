"""One verification at a time: two would take each other's addresses, and one would hear the other's answers."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.errors import ProbeError


@contextmanager
def alone(file: Path) -> Iterator[None]:
    """Hold the lock in this file, which dies with its holder. Raises `ProbeError` while another process holds it."""
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            holder = os.pread(handle, 20, 0).decode(errors="replace").strip() or "未知"
            raise ProbeError(
                f"另一个 govnet verify 正在这套内置云上发包（进程 {holder}），两个会互相应答。", "等它结束后再执行。"
            ) from held
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)
