"""Bringing a machine's data back to it: laid out there, compared here with the list kept here, and only then put in its place."""

from __future__ import annotations

import json
import shlex
import subprocess
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from infra.backups import manifest
from infra.backups.drill import Tried
from infra.backups.sent import DATA, HOME, Sent
from infra.drilling import judged, listed
from infra.model.enums import Capability
from infra.remote import UNREACHABLE, Variables, carried, on

STATE = "/var/lib/govnet-backup-client"
COURIER = f"{STATE}/brought"
"""Where a repository is put that comes from another site."""

_ORDER = "config keys snapshots index data"
"""Snapshots are read before what they stand on: one that arrives while this runs is not half there."""


def lay(sent: Sent, told: Mapping[str, Variables], lists: Path) -> Tried:
    """Lay the newest copy out on its machine, and compare. The site's own copy comes over the planned flow; that of another site as
    ciphertext through this computer, because no flow leads back and no keeper has the key."""
    begun, clock = datetime.now(UTC), time.monotonic()
    seconds = sent.job.rto_minutes * 60
    words = ["lay"]
    if not sent.local:
        if problem := _brought(sent, told, seconds):
            return Tried(
                sent,
                begun,
                time.monotonic() - clock,
                reason=f"取不来 {sent.copy.site} 的副本：{problem}",
                unchecked=True,
            )
        words += ["--repository", COURIER]
    done = on(told[sent.source.name], _program(*words), seconds=seconds)
    return judged(sent, done, sent.source.name, lists, begun, clock)


def place(tried: Tried, told: Mapping[str, Variables], lists: Path) -> tuple[bool, str]:
    """Put in its place what was laid out: whether it was, and where the old data are or why not."""
    sent = tried.sent
    data = DATA[Capability(sent.source.capability)]
    saved = listed(manifest.kept(lists, sent.source.name, tried.snapshot))
    needed = {
        "snapshot": tried.snapshot,
        "paths": data.paths,
        "units": data.units,
        "owners": saved.owners if saved else {},
    }
    done: subprocess.CompletedProcess[str] = on(told[sent.source.name], _program("place"), given=json.dumps(needed))
    on(told[sent.source.name], f"sudo rm -rf {COURIER}")
    if done.returncode:
        return False, _problem(sent.source.name, done)
    return True, str(json.loads(done.stdout)["aside"])


def afresh(name: str, told: Variables) -> tuple[bool, str]:
    """Let a machine take copies of what it has now: whether it had waited for its data, and why it was not done, else ''."""
    done = on(told, _program("afresh"))
    if done.returncode:
        return False, _problem(name, done)
    return bool(json.loads(done.stdout)["waited"]), ""


def _problem(name: str, done: subprocess.CompletedProcess[str]) -> str:
    said = done.stderr.strip()[-300:]
    return f"{name} 登录不上：{said}" if done.returncode == UNREACHABLE else said or f"退出码 {done.returncode}"


def _brought(sent: Sent, told: Mapping[str, Variables], seconds: float) -> str:
    """Why the repository did not come from its keeper to its machine, else ''."""
    give = f"sudo tar -C {shlex.quote(f'{HOME}/{sent.repository}')} -c {_ORDER}"
    take = f"rm -rf {COURIER} && mkdir -p {STATE} && mkdir -m 700 {COURIER} && tar -C {COURIER} --no-same-owner -x"
    return carried(
        told[sent.keeper.name], give, told[sent.source.name], f"sudo sh -c {shlex.quote(take)}", seconds=seconds
    )


def _program(*words: str) -> str:
    """The program on the machine, with the secrets that stand there."""
    there = "set -a; . /etc/govnet-backup-client/environment; PYTHONPATH=/usr/local/lib/govnet exec"
    command = f"{there} python3 -B -m govnet_backup.bring_back --state {STATE} {shlex.join(words)}"
    return f"sudo sh -c {shlex.quote(command)}"
