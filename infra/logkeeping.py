"""What keepers of logs say, asked of them, and what is remembered here of their chains."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

from infra.files import write_whole
from infra.logs.standing import Heard
from infra.remote import UNREACHABLE, Variables, on

STATE = "/var/lib/govnet-logs"
"""Where a keeper has its chain."""

PATIENCE = 3600.0
"""Seconds: half a year of logs is read from end to end."""


def folder(root: Path) -> Path:
    """Where chains are remembered: with who administers the keepers, not with the keepers."""
    return root / ".govnet" / "chains"


def ask(told: Variables, by: str) -> Heard:
    """Let a keeper compare every log with its chain, and bring the chain. `by`: who asks, for the keeper's own record."""
    words = f"--root /var/log/govnet --state {STATE} --key /etc/ssh/ssh_host_ed25519_key.pub"
    words += f" --keep-days {told['logging_keep_days']} --by {shlex.quote(by)}"
    verify = f"sudo env PYTHONPATH=/usr/local/lib/govnet python3 -B -m govnet_logs.verify {words}"
    done = on(told, verify, seconds=PATIENCE)
    if done.returncode == UNREACHABLE:
        return Heard(unheard=f"登录不上：{done.stderr.strip()[-200:]}")
    try:
        found = json.loads(done.stdout)
    except ValueError:
        return Heard(unheard=f"核对程序没有结果：{done.stderr.strip()[-200:]}")
    chain = on(told, f"sudo cat {STATE}/chain.jsonl")
    if chain.returncode == UNREACHABLE:
        return Heard(unheard=f"取不来链：{chain.stderr.strip()[-200:]}")
    return Heard(found, chain.stdout)


def seen(home: Path, keeper: str) -> str:
    """A keeper's chain as it was when it was last believed; "" before the first time."""
    file = home / f"{keeper}.jsonl"
    return file.read_text(encoding="utf-8") if file.exists() else ""


def remember(home: Path, keeper: str, chain: str) -> None:
    """From now on this chain may only grow."""
    write_whole(home / f"{keeper}.jsonl", chain, mode=0o600)
