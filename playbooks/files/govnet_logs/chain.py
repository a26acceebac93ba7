"""The chain: a line a run of the keeper, each with the digest of the line before it and the keeper's signature. Whoever changes, removes or
inserts a line, or any sealed byte of a log, breaks it.

A log is `<machine>/<day>.log` below the folder of logs, a day of UTC; some days later it is compressed, and its name in the chain stays.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

PURPOSE = "govnet-logs"
"""For what the keeper's key signs here; a signature for anything else is none."""

START = "0" * 64
"""What the first line says of the line before it."""

LATE = timedelta(days=1)
"""A log may grow until so long after its day; later it is sealed no more, and whatever is added is found."""

_LOG = re.compile(r"([A-Za-z0-9_-]+)/(\d{4}-\d{2}-\d{2})\.log")


class Broken(Exception):
    """The chain is not what it was; the words say where."""


@dataclass(frozen=True)
class Block:
    """Bytes of a log from `begin` to before `end`: how many lines they are, and their sha256."""

    file: str
    begin: int
    end: int
    lines: int
    sha256: str


@dataclass(frozen=True)
class Link:
    """One line: what was sealed, and which logs were deleted because their time was over. `previous`: sha256 of the line before it."""

    number: int
    time: str
    previous: str
    blocks: Sequence[Block]
    deleted: Sequence[str]
    signature: str = ""

    @property
    def moment(self) -> datetime:
        """When it was written."""
        return datetime.fromisoformat(self.time)

    def said(self) -> str:
        """What is signed."""
        return _json({name: value for name, value in asdict(self).items() if name != "signature"})

    def line(self) -> str:
        """As it stands in the chain, and as the next one's `previous` counts it."""
        return _json(asdict(self))


def now() -> datetime:
    """The moment, in UTC, to the second."""
    return datetime.now(timezone.utc).replace(microsecond=0)  # noqa: UP017 - machines may have an older Python


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def day_of(file: str) -> date:
    """The day of a log. Raises `ValueError` for a name that is none."""
    found = _LOG.fullmatch(file)
    if found is None:
        raise ValueError(file)
    return date.fromisoformat(found[2])


def read(text: str) -> list[Link]:
    """All links, each of which follows from the one before it. Raises `Broken` at the first that does not."""
    links: list[Link] = []
    previous = START
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            link = _link(json.loads(line))
        except (ValueError, TypeError, KeyError):
            raise Broken(f"链第 {number} 行读不懂") from None
        if link.line() != line or link.number != number or link.previous != previous:
            raise Broken(f"链第 {number} 行接不上前一行：有行被改过、删去或插入")
        if links and link.moment < links[-1].moment:
            raise Broken(f"链第 {number} 行的时间早于前一行")
        links.append(link)
        previous = digest(line)
    return links


def sealed(links: Iterable[Link]) -> dict[str, list[Block]]:
    """Every log's blocks, in order. Raises `Broken` where they do not join."""
    found: dict[str, list[Block]] = {}
    for link in links:
        for block in link.blocks:
            before = found.setdefault(block.file, [])
            if block.begin != (before[-1].end if before else 0) or block.end <= block.begin:
                raise Broken(f"链第 {link.number} 行：{block.file} 的字节接不上")
            before.append(block)
    return found


def oldest(links: Sequence[Link]) -> date:
    """The first day whose log may still grow."""
    return links[-1].moment.date() - LATE if links else date.min


def on_disk(root: Path) -> Iterator[tuple[str, Path]]:
    """Name in the chain and path of everything in the folder of logs, whatever it is called."""
    for path in sorted(root.rglob("*")):
        if not path.is_dir() or path.is_symlink():
            yield str(path.relative_to(root)).removesuffix(".gz"), path


def sign(text: str, key: Path) -> str:
    """By OpenSSH's own tool, with the key that the machine has from birth: one line of base64. Raises `CalledProcessError`."""
    argv = ["ssh-keygen", "-Y", "sign", "-q", "-f", str(key), "-n", PURPOSE]
    done = subprocess.run(argv, input=text, capture_output=True, text=True, check=True)
    return "".join(row for row in done.stdout.splitlines() if not row.startswith("-----"))


@contextmanager
def alone(state: Path) -> Iterator[None]:
    """One run at a time; the next waits."""
    with (state / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _link(said: dict[str, Any]) -> Link:
    link = Link(**{**said, "blocks": [Block(**row) for row in said["blocks"]]})
    datetime.fromisoformat(link.time)
    for file in (*(block.file for block in link.blocks), *link.deleted):
        day_of(file)
    return link


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
