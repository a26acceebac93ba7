"""The estate as it is in a version of this repository, without touching the working tree."""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.blueprint.load import Loaded, load
from infra.engine import ROOT
from infra.errors import GovnetError, UsageError
from policies.rule import Base


def fork(base: str, head: str) -> str:
    """The version at which two versions parted."""
    return git("merge-base", base, head).decode().strip()


def estate_at(version: str) -> Loaded:
    """Estate and blueprint of a version. Raises `UsageError` when there is no such version or it has no estate."""
    with checked_out(version, "estate") as folder:
        return load(folder / "estate")


def base_at(version: str) -> Base:
    """The version that a change starts from. Raises `GovnetError` when it is unsound: nothing can be compared with it."""
    loaded = estate_at(version)
    if loaded.estate is None or loaded.blueprint is None:
        said = "；".join(f"{row.where} {row.message}" for row in loaded.findings[:3])
        raise GovnetError(f"{version} 推导不出来，没法比较：{said}", "选一个全省共用文件没有问题的版本")
    return Base(loaded.estate, loaded.blueprint)


@contextmanager
def checked_out(version: str, *paths: str, repository: Path = ROOT) -> Iterator[Path]:
    """Some folders of a version, in a temporary place."""
    with tempfile.TemporaryDirectory() as folder:
        _unpack(git("archive", "--format=tar", version, *paths, repository=repository), Path(folder))
        yield Path(folder)


def git(*arguments: str, repository: Path = ROOT) -> bytes:
    """What a git command prints. Raises `UsageError` when it fails."""
    done = subprocess.run(["git", *arguments], cwd=repository, capture_output=True, check=False)
    if done.returncode:
        raise UsageError(
            f"git {arguments[0]} 失败：{done.stderr.decode(errors='replace').strip()}", "检查版本名是否存在"
        )
    return done.stdout


def _unpack(archive: bytes, folder: Path) -> None:
    """Files and links of an archive that git made; nothing else is in one, and its names never lead outside."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            path = folder / member.name
            if member.isdir():
                path.mkdir(parents=True, exist_ok=True)
            elif member.issym():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.symlink_to(member.linkname)
            elif (content := tar.extractfile(member)) is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content.read())
