"""Seal what has arrived since the last run, compress logs of past days, delete those whose time is over; each run adds a link to the chain.

A run that is killed is made good by the next: a link is written after its bytes were read and before anything is deleted, a log is replaced
by its compressed self in one step.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import os
import subprocess
import sys
import syslog
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from . import chain
from .chain import Block, Broken, Link
from .contents import differs

_BLOCK = 1 << 20


def seal(root: Path, state: Path, key: Path, keep_days: int) -> Link:
    """One run; the link that it added. Raises `Broken` when the chain is not sound: nothing is added to a broken one."""
    file = state / "chain.jsonl"
    links = chain.read(_whole_lines(file))
    known = chain.sealed(links)
    moment = chain.now()
    gone = {name for link in links for name in link.deleted}
    link = Link(
        len(links) + 1,
        moment.isoformat(),
        chain.digest(links[-1].line()) if links else chain.START,
        tuple(_new(root, known, chain.oldest(links))),
        tuple(sorted(name for name in known if name not in gone and over(name, moment.date(), keep_days))),
    )
    link = Link(**{**vars(link), "signature": chain.sign(link.said(), key)})
    with file.open("a", encoding="utf-8") as out:
        out.write(f"{link.line()}\n")
        out.flush()
        os.fsync(out.fileno())
    known = chain.sealed([*links, link])
    for name in gone | set(link.deleted):
        for path in (root / name, root / f"{name}.gz"):
            path.unlink(missing_ok=True)
    for name, blocks in known.items():
        if chain.day_of(name) < moment.date() - chain.LATE:
            _compress(root / name, blocks)
    return link


def over(name: str, today: date, keep_days: int) -> bool:
    """Whether every line of a log has been kept for so many whole days."""
    return chain.day_of(name) < today - timedelta(days=keep_days)


def _new(root: Path, known: Mapping[str, Sequence[Block]], oldest: date) -> Iterator[Block]:
    """What has not been sealed yet of logs that may still grow, as far as the last whole line."""
    for name, path in chain.on_disk(root):
        try:
            young = chain.day_of(name) >= oldest
        except ValueError:
            continue  # no log: the verification tells
        if young and path.suffix == ".log" and path.is_file() and not path.is_symlink():
            before = known.get(name, ())
            yield from _block(name, path, before[-1].end if before else 0)


def _block(name: str, path: Path, begin: int) -> Iterator[Block]:
    found, lines, end, rest = hashlib.sha256(), 0, begin, b""
    with path.open("rb") as file:
        file.seek(begin)
        while data := file.read(_BLOCK):
            whole, newline, tail = data.rpartition(b"\n")
            if newline:
                found.update(rest + whole + newline)
                end += len(rest + whole + newline)
                lines += whole.count(b"\n") + 1
                rest = tail
            else:
                rest += data
    if end > begin:
        yield Block(name, begin, end, lines, found.hexdigest())


def _compress(path: Path, blocks: Sequence[Block]) -> None:
    """Only what is as it was sealed: what is not stays for the verification to tell."""
    if not path.exists() or differs(path, blocks, may_grow=False):
        return
    draft, done = path.with_name(f".{path.name}.gz"), path.with_name(f"{path.name}.gz")
    with path.open("rb") as source, draft.open("wb") as raw:
        os.fchmod(raw.fileno(), 0o600)
        with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as out:
            while data := source.read(_BLOCK):
                out.write(data)
        raw.flush()
        os.fsync(raw.fileno())
    os.replace(draft, done)
    path.unlink()


def _whole_lines(file: Path) -> str:
    """The chain without a last line that a kill cut short: it was never whole, so nobody has seen it."""
    if not file.exists():
        return ""
    text = file.read_text(encoding="utf-8")
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        os.truncate(file, len(whole.encode()))
    return whole


def main() -> int:
    """Exit code 1 when nothing was sealed."""
    words = argparse.ArgumentParser(description=__doc__)
    for name in ("root", "state", "key"):
        words.add_argument(f"--{name}", required=True, type=Path)
    words.add_argument("--keep-days", required=True, type=int)
    told = words.parse_args()
    try:
        with chain.alone(told.state):
            link = seal(told.root, told.state, told.key, told.keep_days)
    except (Broken, OSError, ValueError, subprocess.CalledProcessError) as problem:
        print(f"没有封存：{problem}", file=sys.stderr)
        return 1
    # Said where the province's keeper hears it too: a chain that is written anew here disagrees with what was said there.
    syslog.openlog("govnet-logs", facility=syslog.LOG_AUTHPRIV)
    syslog.syslog(syslog.LOG_NOTICE, f"sealed link {link.number} sha256 {chain.digest(link.line())}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
