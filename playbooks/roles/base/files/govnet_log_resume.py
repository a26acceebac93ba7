"""Let logs go on once their keeper is trusted again. Standard library alone: it runs on machines.

rsyslog gives an action up for good, and drops what would go there, when the other side's certificate does not hold: one that ended, or
somebody else at the keeper's address, silences a machine until it starts anew. What had been read until then waits in the queue. So the
moment is found in the journal, in which rsyslog says it; the keeper is asked as rsyslog would ask; and when it answers, rsyslog reads the
journal again from a little before that moment. A line may come twice, none is lost.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SAID = re.compile(r"omrelp\[(\S+:\d+)\]: .* DISABLING action")
TROUBLE = re.compile(r"librelp error \d+ forwarding to server (\S+:\d+)")
RESUMED = "action 'keeper' resumed"
STATE, SEEN = "journal", "govnet-seen"
"""In rsyslog's folder: how far it has read the journal, and until which moment (seconds since the epoch) this program has looked."""

MARGIN = 60
"""Seconds before rsyslog noticed that something was wrong from which the journal is read again: it waits half a minute for what it sent
to be acknowledged, and those lines are nowhere but in its memory."""

DAY = 24 * 3600
"""Seconds of the journal that are looked through again each time: a keeper may have been away for as long before it was not trusted."""

PATIENCE = 5.0
"""Seconds within which a keeper must answer."""


@dataclass(frozen=True)
class Keeper:
    """Who keeps logs: `address:port`, the name that its certificate must say, and the file of who may sign it."""

    address: str
    name: str
    authority: str


def given_up(after: float) -> dict[str, float]:
    """To whom rsyslog sends nothing any more, or did not before it started anew, and since when it had not got through (seconds since the
    epoch)."""
    which = (
        "--output=json",
        "--quiet",
        f"--since=@{after:.0f}",
        "_SYSTEMD_UNIT=rsyslog.service",
        "SYSLOG_IDENTIFIER=rsyslogd",
    )
    found: dict[str, float] = {}
    trouble: dict[str, float] = {}
    for row in map(json.loads, _asked("journalctl", *which).splitlines()):
        moment, message = int(row["__REALTIME_TIMESTAMP"]) / 1e6, str(row["MESSAGE"])
        if RESUMED in message:
            trouble.clear()
        if began := TROUBLE.search(message):
            trouble.setdefault(began[1], moment)
        if (said := SAID.search(message)) and moment > after:
            found.setdefault(said[1], trouble.get(said[1], moment))
    return found


def answers(keeper: Keeper, certificate: str, key: str) -> bool:
    """Whether a keeper shows the certificate that it must."""
    trust = ssl.create_default_context(cafile=keeper.authority)
    trust.load_cert_chain(certificate, key)
    host, _, port = keeper.address.rpartition(":")
    try:
        plain = socket.create_connection((host, int(port)), PATIENCE)
        with plain, trust.wrap_socket(plain, server_hostname=keeper.name):
            return True
    except OSError:
        return False


def resume(spool: Path, since: float | None) -> None:
    """Start rsyslog anew; `since`: it reads the journal again from a little before."""
    cursor = _cursor(since - MARGIN) if since is not None else None
    _asked("systemctl", "stop", "rsyslog.service")
    try:
        if cursor is not None:
            _write(spool / STATE, cursor)
        _write(spool / SEEN, f"{time.time()}")
    finally:
        _asked("systemctl", "start", "rsyslog.service")


def _cursor(moment: float) -> str:
    """The first entry of the journal from a moment on. (journalctl 252 has no option for one alone.)"""
    words = ["journalctl", "--output=json", "--quiet", f"--since=@{moment:.0f}"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as asked:
        assert asked.stdout is not None, "it is a pipe"
        first = asked.stdout.readline()
        asked.kill()
    return str(json.loads(first)["__CURSOR"])


def looked(keepers: Sequence[Keeper], certificate: str, key: str, spool: Path) -> int:
    """To how many nothing is sent. Once they can be trusted again rsyslog starts anew; the first is this machine's own keeper: before it is
    trusted whatever is read would be dropped."""
    seen, begun = spool / SEEN, time.time()
    after = float(seen.read_text()) if seen.exists() else 0.0
    off = given_up(after)
    ready = {row.address: answers(row, certificate, key) for row in keepers if row.address in off}
    own = keepers[0].address
    if not ready:
        _write(seen, f"{max(after, begun - DAY)}")
        return 0
    if not any(ready.values()) or not ready.get(own, True):
        return len(ready)
    resume(spool, off.get(own))
    return len(ready) - sum(ready.values())


def _write(file: Path, text: str, mode: int = 0o600) -> None:
    draft = file.with_name(f".{file.name}.draft")
    draft.write_text(text, encoding="utf-8")
    draft.chmod(mode)
    os.replace(draft, file)


def main() -> int:
    """Exit code 1 when nobody could be asked."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument(
        "--keeper", nargs=3, action="append", required=True, metavar=("ADDRESS:PORT", "NAME", "AUTHORITY")
    )
    for name in ("spool", "metrics"):
        words.add_argument(f"--{name}", required=True, type=Path)
    for name in ("certificate", "key"):
        words.add_argument(f"--{name}", required=True)
    given = words.parse_args()
    keepers = [Keeper(*row) for row in given.keeper]
    try:
        silent = looked(keepers, given.certificate, given.key, given.spool)
        _write(given.metrics, f"govnet_log_given_up {silent}\n", 0o644)
    except (OSError, ValueError, KeyError, subprocess.CalledProcessError) as problem:
        print(f"没有看成日志送不送得出去：{problem}", file=sys.stderr)
        return 1
    return 0


def _asked(*words: str) -> str:
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    sys.exit(main())
