"""What every service is given: places, secrets, processes of one lab; and the shape of a service."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.errors import LabError
from infra.files import write_whole
from lab import environment
from lab.places import Places
from lab.processes import Processes
from lab.secrets import Secrets


class NotReady(Exception):
    """A service does not answer yet; says what was missing. Never leaves the lab: waiting ends in a LabError."""


class StateBroken(LabError):
    """What an earlier run left on disk cannot be used any more; only a reset helps."""


@dataclass(frozen=True)
class Lab:
    """One embedded cloud."""

    places: Places
    secrets: Secrets
    processes: Processes
    after_crash: bool = False
    """Whether what is on disk was left by something else than `down`, so that Neutron and OVN may disagree."""

    machines: bool = False
    """Whether Nova makes machines, rather than pretending to."""

    @property
    def bin(self) -> Path:
        """Where OpenStack's commands are."""
        return environment.folder(self.places) / "bin"

    def write(self, path: Path, text: str) -> str:
        """Write a configuration file (0600: most carry passwords) and give its text back, for the fingerprint."""
        write_whole(path, text, mode=0o600)
        return text

    def keep(
        self,
        name: str,
        argv: Sequence[str | Path],
        *,
        configuration: str = "",
        env: Mapping[str, str] | None = None,
        user: str | None = None,
    ) -> None:
        """Keep a process running with this command, environment and configuration text."""
        command = [str(word) for word in argv]
        full_env = self.process_env() | dict(env or {})
        parts = [*command, *(f"{key}={value}" for key, value in sorted(full_env.items())), configuration, str(user)]
        fingerprint = hashlib.sha256("\0".join(parts).encode()).hexdigest()
        self.processes.keep(name, command, env=full_env, fingerprint=fingerprint, user=user)

    def process_env(self) -> dict[str, str]:
        """The environment of every lab process: nothing of the caller's but the way to system programs."""
        return {
            "PATH": f"{self.bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": str(self.places.run),
            "LANG": "C.UTF-8",
            "OVS_RUNDIR": str(self.places.run / "ovs"),
            "OVN_RUNDIR": str(self.places.run / "ovn"),
            "OVS_LOGDIR": str(self.places.log),
            "OVN_LOGDIR": str(self.places.log),
        }


@dataclass(frozen=True)
class Service:
    """One service. `start` returns at once and leaves alone what already runs as wanted; `ready` asks it a real question."""

    name: str
    needs: tuple[str, ...]
    """Services that must be ready before this one starts."""
    processes: tuple[str, ...]
    start: Callable[[Lab], None]
    ready: Callable[[Lab], None]
    """Raises NotReady until the service gives a proper answer."""
    stop: Callable[[Lab], None]
    for_machines: bool = False
    """Wanted only by a cloud that makes machines."""


def ending(*processes: str) -> Callable[[Lab], None]:
    """The usual `stop`: end these processes, one after the other."""

    def stop(lab: Lab) -> None:
        for name in processes:
            lab.processes.end(name)

    return stop


def ini(sections: Mapping[str, Mapping[str, object]]) -> str:
    """An oslo.config file; booleans as oslo writes them, lists by repeating the key."""
    lines: list[str] = []
    for section, entries in sections.items():
        lines.append(f"[{section}]")
        for key, value in entries.items():
            for item in value if isinstance(value, (list, tuple)) else [value]:
                lines.append(f"{key} = {str(item).lower() if isinstance(item, bool) else item}")
    return "\n".join(lines) + "\n"


def ensure_folder(path: Path, owner: str | None = None, mode: int = 0o755) -> Path:
    """A folder with this owner and mode."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(mode)
    if owner:
        shutil.chown(path, owner, owner)
    return path
