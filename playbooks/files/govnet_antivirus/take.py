"""Take the signatures that this site's mirror publishes: the list and its signature first, then what it lists; whole or not at all."""

from __future__ import annotations

import argparse
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from .sets import LIST, SIGNATURE, Refused, signed
from .shelf import current, draft, use

PAUSES = (10.0, 30.0, 90.0, 180.0)
"""Seconds after which a mirror is asked again that does not answer, or that published something else meanwhile."""

LARGEST = 512 << 20
"""Bytes that a file of a set may have: ClamAV's largest has less than a third of it."""

PATIENCE = 30.0
"""Seconds for each step of a request."""


def take(server: str, home: Path, signers: Path) -> str:
    """What was done, in words. Raises `Refused` for a set that is not to be trusted, `OSError` when nobody answers."""
    with draft(home) as folder:
        for name in (LIST, SIGNATURE):
            fetch(server, name, folder)
        before = current(home)
        if before is not None and (folder / LIST).read_bytes() == (before / LIST).read_bytes():
            return "病毒特征库没有更新"
        for name in signed(folder, signers):
            fetch(server, name, folder)
        return f"已换用 {use(home, folder, signers).isoformat()} 制成的病毒特征库"


def fetch(server: str, name: str, folder: Path) -> None:
    """Bring one file."""
    with urllib.request.urlopen(f"http://{server}/{name}", timeout=PATIENCE) as answer:
        content = answer.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise Refused(f"{name} 超过 {LARGEST >> 20} MiB")
    (folder / name).write_bytes(content)


def insist(server: str, home: Path, signers: Path, sleep: Callable[[float], None] = time.sleep) -> str:
    """`take`, again after each pause."""
    for pause in PAUSES:
        try:
            return take(server, home, signers)
        except (Refused, OSError):
            sleep(pause)
    return take(server, home, signers)


def main() -> int:
    """Exit code 1 when the mirror's set was not taken; the reason is on standard error, and the set before stays in use."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--server", required=True)
    for name in ("home", "signers"):
        words.add_argument(f"--{name}", required=True, type=Path)
    told = words.parse_args()
    try:
        print(insist(told.server, told.home, told.signers))
    except (Refused, OSError) as problem:
        print(f"<3>没有取到 {told.server} 的病毒特征库：{problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
