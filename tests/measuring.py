"""What a long campaign costs: memory of the machine while it runs, of the lab's services after it, and calls of the OpenStack API."""

from __future__ import annotations

import threading
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Self

from lab.places import Places
from lab.processes import Processes

_UNCOUNTED = "  access_log off;\n"
_LOG = "api-calls.log"
_MIB = 2**20


class Memory:
    """How much more memory of the machine was in use than at the beginning, at most, in MiB; looked at twice a second."""

    def __init__(self) -> None:
        self.most = 0
        self._ended = threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._before = available()
        self._watch.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._watch.join()

    def _look(self) -> None:
        while not self._ended.wait(0.5):
            self.most = max(self.most, (self._before - available()) // _MIB)


def available() -> int:
    """Bytes that new programs may have without swapping."""
    lines = Path("/proc/meminfo").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))


def of_services(places: Places) -> dict[str, int]:
    """Resident memory in MiB of every process of the lab with all that it has started, largest first."""
    processes = Processes(places)
    sums = {name: sum(stat.memory for stat in processes.members(name)) // _MIB for name in processes.names()}
    return dict(sorted(sums.items(), key=lambda pair: -pair[1]))


def counted(gateway: str) -> str:
    """The source of the lab's gateway, made to write down every call. `ValueError` when that line has moved.

    The lab itself keeps no such log: nobody reads it, and it would grow without end.
    """
    if gateway.count(_UNCOUNTED) != 1:
        raise ValueError(f"the gateway has not exactly one line {_UNCOUNTED.strip()!r}")
    log = "  log_format counted '$request_method $uri';\n  access_log {lab.places.log}/" + _LOG + " counted;\n"
    return gateway.replace(_UNCOUNTED, log)


def api_calls(log: Path) -> Counter[str]:
    """Calls so far by service and method, those of the services to each other included."""
    file = log / _LOG
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return Counter(_service(*line.split(maxsplit=1)) for line in lines)


def _service(method: str, path: str = "/") -> str:
    return f"{path.split('/')[1]} {method}"
