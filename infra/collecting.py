"""What machines say of their backups, brought here: journals, and the lists of contents that must not be lost with their sources."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from infra.backups import journal, manifest
from infra.backups.journal import Journal, Record
from infra.files import create_whole
from infra.remote import UNREACHABLE, Variables, on

AT_ONCE = 20
"""Machines that are asked at the same time."""


def folder(root: Path) -> Path:
    """Where lists of contents are kept: with who administers the machines, not with who keeps the copies."""
    return root / ".govnet" / "manifests"


def collect(machines: Mapping[str, Variables], home: Path) -> dict[str, Journal]:
    """The journals of these machines, and into `home` every list of contents that is not there yet. One kept is never changed again."""

    def of(name: str) -> Journal:
        found = _journal(machines[name])
        taken = [row for row in found.records if row.manifest and row.good and row.source == name]
        _bring(
            name, machines[name], [row for row in taken if not manifest.kept(home, name, row.snapshot).exists()], home
        )
        return found

    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        return dict(zip(machines, pool.map(of, machines), strict=True))


def _journal(told: Variables) -> Journal:
    done = on(told, f"sudo sh -c 'test ! -e {journal.FILE} || cat {journal.FILE}'")
    if done.returncode == UNREACHABLE:
        return Journal(problem=f"登录不上：{done.stderr.strip()[-200:]}")
    if done.returncode:
        return Journal(problem=f"读不出备份记录：{done.stderr.strip()[-200:]}")
    return journal.read(done.stdout)


def _bring(name: str, told: Variables, taken: Iterable[Record], home: Path) -> None:
    """A list that is gone there, or is not the one of which the journal speaks, is not kept: what needs it will say so."""
    for record in taken:
        done = on(told, f"sudo cat {shlex.quote(f'{manifest.FOLDER}/{record.snapshot}.json')}")
        if done.returncode == 0 and manifest.digest(done.stdout) == record.manifest:
            file = manifest.kept(home, name, record.snapshot)
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            create_whole(file, done.stdout, mode=0o600)
