"""`govnet review BASE..HEAD`: what a change changes, for whoever has to agree to it."""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from infra.blueprint.diff import diff
from infra.blueprint.load import load
from infra.blueprint.types import Blueprint
from infra.cli.findings import show
from infra.engine import ROOT
from infra.errors import Exit, UsageError
from infra.report.review import review as render


def review(
    span: Annotated[str, typer.Argument(help="两个版本，例如 main..HEAD；BASE 取两者的分叉点")],
) -> None:
    """一屏中文变更摘要：暴露面在先，然后是流向、地址、租户、例外、配额。HEAD 有问题时列出并以 4 退出。"""
    base, dots, head = span.partition("..")
    if not dots or not base or not head or head.startswith("."):
        raise UsageError(f"看不懂 {span}", "写成 main..HEAD")
    fork = _git("merge-base", base, head).decode().strip()
    before, _ = _derived(fork)
    after, unsound = _derived(head)
    typer.echo(render(diff(before, after)))
    if unsound:
        raise typer.Exit(Exit.VIOLATIONS)


def _derived(version: str) -> tuple[Blueprint, bool]:
    """The blueprint of a version and whether it has findings, which are shown. A version whose shared files are unsound has none."""
    with tempfile.TemporaryDirectory() as folder:
        archive = _git("archive", "--format=tar", version, "estate")
        _unpack(archive, Path(folder))
        loaded = load(Path(folder) / "estate")
    if loaded.findings:
        typer.echo(f"{version} 的声明有问题：", err=True)
        show(loaded.findings)
    if loaded.blueprint is None:
        raise UsageError(f"{version} 推导不出来", "先改好上面的问题")
    return loaded.blueprint, bool(loaded.findings)


def _unpack(archive: bytes, folder: Path) -> None:
    """Files and links of an archive that git made; nothing else is in one, and its names never lead outside."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            path = folder / member.name
            if member.isdir():
                path.mkdir(parents=True, exist_ok=True)
            elif member.issym():
                path.symlink_to(member.linkname)
            elif (content := tar.extractfile(member)) is not None:
                path.write_bytes(content.read())


def _git(*arguments: str) -> bytes:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        raise UsageError(
            f"git {arguments[0]} 失败：{done.stderr.decode(errors='replace').strip()}", "检查版本名是否存在"
        )
    return done.stdout
