"""What is in files: the list by which a restored copy is compared with what was saved."""

from __future__ import annotations

import grp
import hashlib
import os
import pwd
from collections.abc import Iterator
from pathlib import Path

_BLOCK = 1 << 20


def contents(root: Path) -> dict[str, str]:
    """Path below the root → sha256 of a file's content; of a symbolic link, where it points. Directories count by what is in them."""
    return {str(path.relative_to(root)): _content(path) for path in sorted(_leaves(root))}


def digest(path: Path) -> str:
    """sha256 of a file's content."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            found.update(block)
    return found.hexdigest()


def owners(root: Path) -> dict[str, dict[str, str]]:
    """`user` and `group`: the number of everybody who owns something below the root → the name here."""
    found = [
        path.lstat() for folder, inner, names in os.walk(root) for path in (Path(folder, n) for n in [*inner, *names])
    ]
    users = {row.pw_uid: row.pw_name for row in pwd.getpwall()}
    groups = {row.gr_gid: row.gr_name for row in grp.getgrall()}
    return {
        "user": {str(number): users[number] for number in sorted({row.st_uid for row in found} & users.keys())},
        "group": {str(number): groups[number] for number in sorted({row.st_gid for row in found} & groups.keys())},
    }


def size(root: Path) -> int:
    """Bytes of all regular files below the root."""
    return sum(path.stat().st_size for path in _leaves(root) if not path.is_symlink())


def _content(path: Path) -> str:
    return f"-> {os.readlink(path)}" if path.is_symlink() else digest(path)


def _leaves(root: Path) -> Iterator[Path]:
    """Regular files and symbolic links; sockets and pipes have no content."""
    for folder, inner, names in os.walk(root):
        for path in (Path(folder, name) for name in [*inner, *names]):
            if path.is_symlink() or path.is_file():
                yield path
