"""The Python environment with OpenStack in it: built by uv from the locked requirements, cached by their hash."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from pathlib import Path

from infra.errors import LabError
from lab import commands
from lab.places import Places

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
_PYTHON = "/usr/bin/python3.11"
"""Debian 12's interpreter: the environment must not depend on the one that happens to run govnet."""


def key() -> str:
    """Stands for exactly these packages."""
    return hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:16]


def folder(places: Places) -> Path:
    return places.cache / f"openstack-{key()}"


def built(places: Places) -> bool:
    return _seal(places).exists()


def build(places: Places) -> None:
    """Build the environment unless it is there. An unsealed one was cut short and is made anew."""
    if built(places):
        return
    home = folder(places)
    shutil.rmtree(home, ignore_errors=True)
    _uv("venv", "--quiet", "--python", _PYTHON, str(home))
    _uv("pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode", str(REQUIREMENTS), virtual_env=home)
    _seal(places).touch()


def check_registry() -> None:
    """Ask the package registry for one package, the way the build will; LabError when it does not answer."""
    _uv("pip", "compile", "--quiet", "--no-cache", "-", text="pip\n")


def uv() -> str:
    """The uv beside this interpreter (a dependency of govnet), or else the one on PATH."""
    beside = Path(sys.executable).with_name("uv")
    found = str(beside) if beside.exists() else shutil.which("uv")
    if not found:
        raise LabError("找不到 uv。", remedy="在检出目录运行 make up，它会准备好 uv 和 .venv。")
    return found


def _seal(places: Places) -> Path:
    return folder(places) / "complete"


def _uv(*arguments: str, virtual_env: Path | None = None, text: str | None = None) -> None:
    env = dict(os.environ)
    if virtual_env:
        env["VIRTUAL_ENV"] = str(virtual_env)
    failure = f"uv {arguments[0]} 失败"
    commands.run(
        [uv(), *arguments],
        text=text,
        env=env,
        failure=failure,
        remedy="检查 Python 包索引是否可达，然后重新运行 govnet lab up。",
    )
