"""`govnet engine`: say which Pulumi engine is in use; build it first where there is none."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Annotated

import typer

from infra import engine as engines
from infra.cli.progress import progress
from infra.engine_build import build


def engine(
    background: Annotated[
        bool, typer.Option("--background", help="在后台开始构建并立即返回；再执行一次 govnet engine 会等它完成")
    ] = False,
) -> None:
    """找到或构建 Pulumi 引擎，并说明用的是哪一个。"""
    found = engines.find(os.environ)
    if found is None and background:
        subprocess.Popen(
            [sys.executable, "-m", "infra.cli", "engine"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        typer.echo(f"引擎开始在后台构建，日志：{engines.built_folder(os.environ).parent / 'build.log'}")
        return
    if found is None:
        with progress() as steps:
            found = build(os.environ, steps)
    typer.echo(f"引擎：{found}")
