"""Remove old snapshots from one repository that this machine keeps, by order of the administrator who brings its key.

A source cannot do it: its account can only add. What is needed is read from standard input (JSON), so that the key is in this process alone.
While snapshots go, nobody may add any: the data of one that is just arriving are in no snapshot yet, and would go too. So the services that
take and carry copies stand still; senders ask again for minutes, and find what has become of their files.

Packs are only ever removed, never written anew: the site that sends here compares by name, and would send what it misses again.
"""

from __future__ import annotations

import json
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from . import restic
from .journal import Failed, recorded

UNITS = ("govnet-backup.service", "govnet-backup@*.service", "govnet-backup-replica@*", "govnet-backup-seals.*")
"""Whatever writes to repositories here, or reads them through."""

_JUST_REMOVE = ("--max-unused", "unlimited", "--max-repack-size", "0")


def snapshots(environment: dict[str, str]) -> list[dict[str, str]]:
    """Every snapshot: `id` and `time`."""
    rows = json.loads(restic.ask("snapshots", "--json", "--no-cache", "--no-lock", environment=environment)) or []
    return [{"id": row["id"], "time": row["time"]} for row in rows]


def prune(ids: Sequence[str], environment: dict[str, str], record: dict[str, Any]) -> None:
    """Remove these snapshots and what only they stood on; the repository is sound before and afterwards. Raises `Failed`."""
    before = {row["id"] for row in snapshots(environment)}
    if unknown := sorted(set(ids) - before):
        raise Failed(f"仓库里没有副本 {unknown[0][:8]}")
    if set(ids) == before:
        raise Failed("不能把副本全部删去")
    restic.ask("check", "--no-cache", environment=environment)
    restic.ask("forget", "--no-cache", "--prune", *_JUST_REMOVE, *ids, environment=environment)
    restic.ask("check", "--no-cache", environment=environment)
    left = {row["id"] for row in snapshots(environment)}
    if left != before - set(ids):
        raise Failed(f"删后应有 {len(before) - len(ids)} 份副本，实有 {len(left)} 份")
    record["files"] = len(ids)


@contextmanager
def standing_still() -> Iterator[None]:
    """Services that touch repositories are stopped, and those that ran are started again, whatever happens. Raises `Failed`."""
    listing = ["systemctl", "list-units", "--plain", "--no-legend", "--state=active,activating", *UNITS]
    running = [line.split()[0] for line in subprocess.check_output(listing, text=True).splitlines()]
    try:
        _services("stop", running)
        yield
    finally:
        _services("start", [unit for unit in running if not _is_run(unit)])


@contextmanager
def acting_as(name: str) -> Iterator[None]:
    """What is written meanwhile belongs to this user, as all of the repository does."""
    user = pwd.getpwnam(name)
    os.setegid(user.pw_gid)
    os.seteuid(user.pw_uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


def _is_run(unit: str) -> bool:
    """A run that was under way is begun again by its own clock."""
    return unit.startswith(("govnet-backup-replica@", "govnet-backup-seals")) and unit.endswith(".service")


def _services(action: str, units: Sequence[str]) -> None:
    if units:
        done = subprocess.run(["systemctl", action, "--", *units], capture_output=True, text=True, check=False)
        if done.returncode:
            raise Failed(f"systemctl {action} {' '.join(units)}：{done.stderr.strip()[-200:]}")


def main() -> int:
    """`list` tells the snapshots; `prune` removes those named. Exit code 1 when it was not done; the reason is on standard error."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(143))
    told = json.load(sys.stdin)
    environment = {
        **os.environ,
        "RESTIC_REPOSITORY": told["repository"],
        "RESTIC_PASSWORD": told["password"],
    }
    try:
        if told["action"] == "list":
            print(json.dumps(snapshots(environment)))
            return 0
        about = {"kind": "prune", "job": told["job"], "source": told["source"], "place": told["place"]}
        with (
            standing_still(),
            acting_as(told["user"]),
            recorded(Path(told["journal"]), restic.secrets(environment), **about) as record,
        ):
            prune(told["snapshots"], environment, record)
    except (Failed, OSError, ValueError, KeyError) as problem:
        print(f"没有清理成：{problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
