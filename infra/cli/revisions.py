"""The estate as it is in a version of this repository, without touching the working tree."""

from __future__ import annotations

import io
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.blueprint.load import Loaded, load
from infra.engine import ROOT
from infra.errors import GovnetError, UsageError
from policies.rule import Base

_LINK = "120000"
"""Git's mode of a symbolic link."""


def fork(base: str, head: str) -> str:
    """The version at which two versions parted."""
    return git("merge-base", base, head).decode().strip()


def estate_at(version: str) -> Loaded:
    """Estate and blueprint of a version. Raises `UsageError` when there is no such version or it has no estate."""
    with _checked_out(version, "estate") as folder:
        return load(folder / "estate")


def base_at(version: str) -> Base:
    """The version that a change starts from. Raises `GovnetError` when it is unsound: nothing can be compared with it."""
    return base_in(estate_at(version), version)


def base_in(loaded: Loaded, name: str) -> Base:
    """As `base_at`, of what was read elsewhere."""
    if loaded.estate is None or loaded.blueprint is None:
        said = "；".join(f"{row.where} {row.message}" for row in loaded.findings[:3])
        raise GovnetError(f"{name} 推导不出来，没法比较：{said}", "选一个全省共用文件没有问题的版本")
    return Base(loaded.estate, loaded.blueprint)


@contextmanager
def _checked_out(version: str, path: str) -> Iterator[Path]:
    """A folder of a version, in a temporary place. Object by object: `git archive` leaves out what a .gitattributes tells it to."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, path).mkdir()
        listed = git("ls-tree", "-r", "-z", version, path).decode().split("\0")
        rows = [row.partition("\t") for row in listed if " blob " in row]
        blobs = io.BytesIO(git("cat-file", "--batch", given="".join(f"{row[0].split(' ')[2]}\n" for row in rows)))
        for entry, _, name in rows:
            size = int(blobs.readline().split()[2])
            _write(Path(folder, name), entry.split(" ")[0], blobs.read(size + 1)[:size])
        yield Path(folder)


def _write(path: Path, mode: str, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if mode == _LINK:
        path.symlink_to(content.decode())
    else:
        path.write_bytes(content)


def git(*arguments: str, given: str = "") -> bytes:
    """What a git command prints. Raises `UsageError` when it fails."""
    done = subprocess.run(["git", *arguments], cwd=ROOT, input=given.encode(), capture_output=True, check=False)
    if done.returncode:
        raise UsageError(
            f"git {arguments[0]} 失败：{done.stderr.decode(errors='replace').strip()}", "检查版本名是否存在"
        )
    return done.stdout
