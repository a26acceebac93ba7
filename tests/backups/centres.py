"""Backup machines on the loopback address: the same rclone, started with the same options, as the role starts it; and a source with restic."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra.engine import ROOT

PROGRAMS = ROOT / "playbooks" / "files"
UNIT = ROOT / "playbooks" / "roles" / "backup" / "templates" / "govnet-backup.service.j2"

needs_restic = pytest.mark.skipif(
    not (shutil.which("restic") and shutil.which("rclone")), reason="restic and rclone of Debian are not installed here"
)


@dataclass(frozen=True)
class Centre:
    """A backup machine that runs: its folder, and where it takes copies."""

    home: Path
    server: str


def run(program: str, *words: object, given: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program as its unit does."""
    told = {**os.environ, **environment, "PYTHONPATH": str(PROGRAMS)}
    argv = [sys.executable, "-B", "-m", f"govnet_backup.{program}", *map(str, words)]
    return subprocess.run(argv, env=told, input=given, capture_output=True, text=True, check=False)


def lines(journal: Path) -> list[dict[str, Any]]:
    """The records of a journal."""
    return [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]


def start(folder: Path, accounts: dict[str, str]) -> tuple[Centre, subprocess.Popen[bytes]]:
    """A backup machine with these accounts (name → password), serving when this returns."""
    home, passwords = folder / "home", folder / "htpasswd"
    home.mkdir(parents=True)
    hashed = [
        f"{name}:{subprocess.check_output(['openssl', 'passwd', '-apr1', word], text=True)}"
        for name, word in accounts.items()
    ]
    passwords.write_text("".join(hashed))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = next(line for line in UNIT.read_text().splitlines() if line.startswith("ExecStart="))
    told = {
        "backup_accounts": str(passwords),
        "backup_address": "127.0.0.1",
        "backup_port": str(port),
        "backup_home": str(home),
    }
    for name, value in told.items():
        command = command.replace(f"{{{{ {name} }}}}", value)
    serving = subprocess.Popen(command.removeprefix("ExecStart=").split(), stderr=subprocess.DEVNULL)
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return Centre(home, f"127.0.0.1:{port}"), serving
        time.sleep(0.1)
    serving.kill()
    raise AssertionError("rclone does not serve")
