"""restic, asked for its answer; where its repository and password are, it knows from its environment."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .journal import Failed, hidden

PATIENCE = 120.0
"""Seconds for which a server may take no connection: it may be starting anew."""


def awaited(environment: Mapping[str, str] = os.environ, patience: float = PATIENCE) -> None:
    """Wait until the repository's server takes connections. Of one that never does restic itself says so."""
    server = urlsplit(environment.get("RESTIC_REPOSITORY", "").removeprefix("rest:"))
    end = time.monotonic() + patience
    while server.hostname and server.port:
        try:
            socket.create_connection((server.hostname, server.port), timeout=5).close()
            return
        except OSError:
            if time.monotonic() > end:
                return
            time.sleep(2)


def ask(*words: str, cwd: Path | None = None, environment: Mapping[str, str] = os.environ) -> str:
    """What restic answers. Raises `Failed` with its last words, without its secrets."""
    done = subprocess.run(
        ["restic", *words], cwd=cwd, env=dict(environment), capture_output=True, text=True, check=False
    )
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-3:]
        said = hidden("；".join(last), secrets(environment))
        raise Failed(f"restic {words[0]} 失败（退出码 {done.returncode}）：{said}")
    return done.stdout


def newest(*words: str, environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """The newest snapshot, as restic lists it. `words` choose among all. Raises `Failed` when there is none."""
    rows: list[dict[str, Any]] = json.loads(ask("snapshots", "--json", *words, environment=environment)) or []
    if not rows:
        raise Failed("仓库里没有副本")
    return max(rows, key=lambda row: str(row["time"]))


def secrets(environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """The secret words that restic is told: the repository's password and the account's."""
    account = urlsplit(environment.get("RESTIC_REPOSITORY", "").removeprefix("rest:")).password
    return tuple(filter(None, (environment.get("RESTIC_PASSWORD"), account)))
