"""Compare every log with the chain: which was changed, removed, inserted or cut off, or deleted before its time; and the chain with itself.

Every problem at once. A chain that is not sound proves nothing of any log, and a check of nothing is none.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from . import chain
from .chain import Block, Broken, Link
from .contents import differs
from .seal import over

STALE = timedelta(hours=3)
"""A keeper that has sealed nothing for so long does not do it at all: it is to do so every hour."""


def verify(root: Path, state: Path, key: Path, keep_days: int) -> dict[str, Any]:
    """`problems` (none: whole), and what was looked at: `links`, `files`, `lines`, `bytes`, `since`, `last`, `head`, `machines`."""
    try:
        text = (state / "chain.jsonl").read_text(encoding="utf-8")
        links = chain.read(text)
        known = chain.sealed(links)
    except (OSError, ValueError, Broken) as problem:
        return {"problems": [f"链不可信：{problem}"], "links": 0, "files": 0, "lines": 0}
    if not links:
        return {"problems": ["链是空的，从未封存过"], "links": 0, "files": 0, "lines": 0}
    gone = {name: link for link in links for name in link.deleted}
    blocks = [row for name, rows in known.items() if name not in gone for row in rows]
    return {
        "problems": [*_chain(links, key), *_deleted(gone, keep_days), *_logs(root, known, gone, chain.oldest(links))],
        "links": len(links),
        "files": len({row.file for row in blocks}),
        "lines": sum(row.lines for row in blocks),
        "bytes": sum(row.end - row.begin for row in blocks),
        "since": min((str(chain.day_of(row.file)) for row in blocks), default=""),
        "last": links[-1].time,
        "head": chain.digest(links[-1].line()),
        "machines": sorted({row.file.partition("/")[0] for row in blocks}),
    }


def _chain(links: Sequence[Link], key: Path) -> Iterator[str]:
    """The last link's signature stands for all: each has the digest of the one before it."""
    if not is_signed(links[-1], key):
        yield "链最后一行的签名不是本机的"
    if (age := chain.now() - links[-1].moment) > STALE:
        yield f"最近一次封存是 {links[-1].time}，{age} 之前"


def _deleted(gone: dict[str, Link], keep_days: int) -> Iterator[str]:
    for name, link in gone.items():
        if not over(name, link.moment.date(), keep_days):
            yield f"{name} 留存不到 {keep_days} 天，就在 {link.time} 删掉了"


def _logs(root: Path, known: dict[str, list[Block]], gone: dict[str, Link], oldest: date) -> Iterator[str]:
    found: dict[str, Path] = {}
    for name, path in chain.on_disk(root):
        try:
            young = chain.day_of(name) >= oldest
        except ValueError:
            yield f"{path.relative_to(root)} 不是日志，不知从何而来"
            continue
        if not path.is_file() or path.is_symlink():
            yield f"{path.relative_to(root)} 不是普通文件"
        elif name in found:
            yield f"{name} 既有压缩的又有没压缩的"
        elif name not in known and not young:
            yield f"{path.relative_to(root)} 没有封存过，是后来放进去的"
        elif name in gone:
            yield f"{name} 记为已到期删除，却还在"
        found[name] = path
    for name, blocks in known.items():
        if name in gone:
            continue
        if name not in found:
            yield f"{name} 不见了"
        elif problem := differs(found[name], blocks, may_grow=chain.day_of(name) >= oldest):
            yield f"{name} {problem}"


def is_signed(link: Link, key: Path) -> bool:
    """Whether this machine's key signed it. `key`: the file with its public half."""
    with tempfile.TemporaryDirectory() as folder:
        signers, signature = Path(folder, "signers"), Path(folder, "signature")
        signers.write_text(f"keeper {key.read_text(encoding='ascii')}")
        signature.write_text(f"-----BEGIN SSH SIGNATURE-----\n{link.signature}\n-----END SSH SIGNATURE-----\n")
        argv = [
            "ssh-keygen",
            "-Y",
            "verify",
            "-f",
            str(signers),
            "-I",
            "keeper",
            "-n",
            chain.PURPOSE,
            "-s",
            str(signature),
        ]
        return subprocess.run(argv, input=link.said(), capture_output=True, text=True, check=False).returncode == 0


def main() -> int:
    """Exit code 1 when anything is not as it was. What was found is on standard output (JSON), and in short in the list of checks."""
    words = argparse.ArgumentParser(description=__doc__)
    for name in ("root", "state", "key"):
        words.add_argument(f"--{name}", required=True, type=Path)
    words.add_argument("--keep-days", required=True, type=int)
    words.add_argument("--by", required=True)
    told = words.parse_args()
    checks = told.state / "checks.jsonl"
    with chain.alone(told.state):
        found = verify(told.root, told.state, told.key, told.keep_days)
        record = {"time": chain.now().isoformat(), "by": told.by, "whole": not found["problems"]}
        before = checks.read_text(encoding="utf-8").splitlines() if checks.exists() else []
        with checks.open("a", encoding="utf-8") as out:
            out.write(f"{json.dumps(record, ensure_ascii=False)}\n")
            os.fsync(out.fileno())
    print(json.dumps({**found, "checked": record, "before": json.loads(before[-1]) if before else None}))
    for problem in found["problems"]:
        print(problem, file=sys.stderr)
    return 1 if found["problems"] else 0


if __name__ == "__main__":
    sys.exit(main())
