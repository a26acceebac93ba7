"""All that an engine process of this checkout needs: environment, stack files, passphrases, plugins, and what its state says.

The wrapper (`.venv/bin/pulumi`) and `govnet up` both stand on this, so that the literal `pulumi` and our own commands are the same
thing. `GOVNET_OFFLINE=1` gives a workspace of its own (project, state, clouds.yaml with placeholders) in which only previews make
sense: no cloud is asked for anything.
"""

from __future__ import annotations

import json
import secrets
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra import backend, cloudconfig, engine, names, stackfiles, statefiles
from infra.backend import Backend
from infra.engine import Engine
from infra.errors import EngineError, UsageError
from infra.files import create_whole, write_whole

OFFLINE = stackfiles.OFFLINE
_NOT_THERE = "no stack named"
_DROPPED = ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_ACCESS_TOKEN", "PULUMI_STACK", "PYTHONPATH", "PYTHONHOME")
"""Would win over, or lead away from, what is set here."""
_SLOW = ("PYTHONDONTWRITEBYTECODE",)
"""Would have program and pack compiled at every start (0.8 s of processor time each)."""


@dataclass(frozen=True)
class Workspace:
    """Found once for a checkout. `folder` holds what git ignores; `project` is the folder of the Pulumi.yaml in use."""

    root: Path
    folder: Path
    project: Path
    engine: Engine
    found_clouds: Path | None
    backend: Backend
    base: Mapping[str, str]
    offline: bool

    @classmethod
    def open(cls, root: Path, environ: Mapping[str, str]) -> Workspace:
        """Raises `EngineError` (no engine yet), `UsageError` (a broken backend line)."""
        found = engine.find(environ)
        if found is None:
            raise EngineError(
                "Pulumi 引擎还没有构建。", "先执行 make up，或 .venv/bin/govnet engine（首次约 7 分钟）。"
            )
        kept = root / ".govnet"
        if environ.get(OFFLINE):
            aside = kept / "offline"
            state = Backend(f"file://{aside / 'state'}")
            return cls(root, aside, aside, found, aside / "clouds.yaml", state, environ, offline=True)
        clouds = cloudconfig.find(root)
        return cls(root, kept, root, found, clouds, backend.choose(root, clouds), environ, offline=False)

    @property
    def clouds(self) -> Path:
        """The clouds.yaml in use. Raises `CloudError` when there is none."""
        return self.found_clouds or cloudconfig.clouds_file(self.root)

    @property
    def stack_folder(self) -> Path:
        return self.project if self.offline else self.folder / "stacks"

    @property
    def pack(self) -> Path:
        """The policy pack as an executable file; the engine takes only an absolute path."""
        return Path(sys.prefix) / "bin" / "govnet-policies"

    def passphrase_file(self, site: str) -> Path:
        return self.folder / "passphrases" / site

    def command(self, *arguments: str) -> list[str]:
        """The engine's command line; run it with `env(stack)`."""
        return [str(self.engine.pulumi), "-C", str(self.project), *arguments]

    def env(self, stack: str | None) -> dict[str, str]:
        """The whole environment of an engine process; pure. Without a stack there is no passphrase, and no team's state."""
        kept = {
            name: value
            for name, value in self.base.items()
            if not name.startswith("OS_") and name not in _DROPPED + _SLOW
        }
        search = [str(Path(sys.prefix) / "bin"), str(self.engine.bin), kept.get("PATH", "/usr/bin:/bin")]
        given = {
            "PATH": ":".join(search),
            "VIRTUAL_ENV": sys.prefix,
            "PULUMI_HOME": str(self.folder / "pulumi"),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "GOGC": "400",  # less garbage collection, a little more memory: a seventh of a preview's processor time
        }
        if self.found_clouds:
            given["OS_CLIENT_CONFIG_FILE"] = str(self.found_clouds)
        site = stack.partition(".")[0] if stack else ""
        if site or self.backend.folder:
            given["PULUMI_BACKEND_URL"] = self.backend.url(site)
        if site:
            given["PULUMI_CONFIG_PASSPHRASE_FILE"] = str(self.passphrase_file(site))
        if self.offline:
            given["OS_DELAYED_AUTH"] = "true"  # the provider asks for a token only when it has something to do
        return {**kept, **given}

    def prepare(self, stack: str) -> None:
        """Make everything ready that an operation on a stack needs, the stack itself included. Idempotent.

        Raises `CloudError` (no clouds.yaml), `UsageError` (no such stack, no passphrase), `EngineError`.
        """
        site, layer = stackfiles.split(self.root, stack)
        if self.found_clouds is None:
            cloudconfig.clouds_file(self.root)  # says what is missing
        engine.link_plugins(self.engine, self.folder / "pulumi")
        self._silence()
        if folder := self.backend.folder:
            folder.mkdir(parents=True, exist_ok=True)
        if self.offline:
            self._write_offline_project()
        stackfiles.fill(self.root, self.stack_folder, site, layer)
        self._mend(stack)
        present = self.state(stack) is not None
        self._need_passphrase(site, may_create=not present)
        if not present:
            self._run(stack, "stack", "init", stack, "--no-select")

    def _silence(self) -> None:
        """Have the engine write no debug log of its own: a tenth of its work, megabytes a day, and no setting for it."""
        logs = self.folder / "pulumi" / "logs"
        if not logs.is_file():
            shutil.rmtree(logs, ignore_errors=True)
            logs.touch()  # where a folder cannot be made, nothing is logged

    def state(self, stack: str) -> dict[str, Any] | None:
        """The deployment as the backend holds it (secrets sealed); `None` when there is no such stack."""
        done = self._call(stack, "stack", "export", "--stack", stack)
        if done.returncode != 0 and _NOT_THERE in done.stderr:
            return None
        if done.returncode != 0:
            raise EngineError(f"读不出栈 {stack} 的状态：{done.stderr.strip()}", "请按上面引擎的话处理。")
        deployment: dict[str, Any] = json.loads(done.stdout)["deployment"]
        return deployment

    def holds(self, stack: str) -> bool:
        """Whether a stack has made anything, or a killed run had begun to."""
        deployment = self.state(stack) or {}
        return bool(deployment.get("resources") or deployment.get("pending_operations"))

    def restore(self, stack: str, deployment: Mapping[str, Any]) -> None:
        """Make a deployment (as `state` gives it) the state of a stack; the engine drops its pending operations."""
        self._run(
            stack, "stack", "import", "--stack", stack, given=json.dumps({"version": 3, "deployment": deployment})
        )

    def pending_creates(self, stack: str) -> list[str]:
        """URNs whose creation a killed run had begun: nobody knows whether they exist."""
        pending = (self.state(stack) or {}).get("pending_operations", [])
        return [str(operation["resource"]["urn"]) for operation in pending if operation["type"] == "creating"]

    def drop_dead_lock(self, stack: str) -> bool:
        """Remove the lock that a killed run on this machine left in a file backend; says whether there was one.

        A lock of a living process, of another machine or in a team's database is left alone: the engine names its owner.
        """
        if self.backend.folder is None:
            return False
        dead = [lock for lock in self._locks(stack) if _is_dead(lock)]
        for lock in dead:
            lock.unlink(missing_ok=True)
        return bool(dead)

    def _locks(self, stack: str) -> list[Path]:
        """The locks on a stack in a file backend."""
        assert self.backend.folder is not None, "only files are looked into"
        return list((self.backend.folder / ".pulumi" / "locks" / "organization" / names.PROJECT / stack).glob("*.json"))

    def _mend(self, stack: str) -> None:
        """Make a state in files readable that was being written when its run was killed; a living run is left alone."""
        if (folder := self.backend.folder) and all(map(_is_dead, self._locks(stack))):
            statefiles.mend(folder / ".pulumi" / "stacks" / names.PROJECT, stack)

    def _need_passphrase(self, site: str, *, may_create: bool) -> None:
        path = self.passphrase_file(site)
        if path.exists():
            return
        others = [stack for stack in self._stacks_of(site) if self.state(stack) is not None]
        if not may_create or others:
            raise UsageError(
                f"站点 {site} 的状态已经存在，但本机没有它的口令文件 {path}。",
                "请从保管人处取得口令，写入该文件（权限 0600）；口令丢失则加密内容无法恢复。",
            )
        create_whole(path, secrets.token_urlsafe(32) + "\n", mode=0o600)

    def _stacks_of(self, site: str) -> list[str]:
        return [names.stack(*pair) for pair in stackfiles.shown(self.root) if pair[0] == site]

    def _write_offline_project(self) -> None:
        project = {"name": names.PROJECT, "runtime": "python", "main": "../../infra/program"}
        write_whole(self.project / "Pulumi.yaml", json.dumps(project) + "\n")
        auth = {
            "auth_url": "https://offline.invalid/v3",
            "username": "offline",
            "password": "offline",
            "domain_name": "offline",
        }
        entry: dict[str, object] = {"auth_type": "password", "auth": auth, "region_name": "offline"}
        wanted = {stackfiles.stack_cloud(self.root, *pair) for pair in stackfiles.shown(self.root)}
        write_whole(
            self.folder / "clouds.yaml",
            json.dumps({"clouds": dict.fromkeys(sorted(wanted), entry)}) + "\n",
            mode=0o600,
        )

    def _call(self, stack: str, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        line, env = self.command(*arguments), self.env(stack)
        return subprocess.run(line, env=env, input=given, capture_output=True, text=True, check=False)

    def _run(self, stack: str, *arguments: str, given: str = "") -> None:
        done = self._call(stack, *arguments, given=given)
        if done.returncode != 0:
            raise EngineError(f"引擎执行 {' '.join(arguments)} 失败：{done.stderr.strip()}", "请按上面引擎的话处理。")


def _is_dead(lock: Path) -> bool:
    """Whether the process that took a lock has ended; a lock that cannot be read is not taken for dead."""
    try:
        owner = json.loads(lock.read_text(encoding="utf-8"))
        process = Path("/proc") / str(int(owner["pid"]))
        return owner["hostname"] == socket.gethostname() and "pulumi" not in _command_of(process)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _command_of(process: Path) -> str:
    """First word of a process's command line; empty when there is no such process. A reused pid is somebody else's."""
    try:
        return (process / "cmdline").read_bytes().split(b"\0")[0].decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
