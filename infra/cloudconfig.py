"""Where `clouds.yaml` is, and what it says. It is OpenStack's own file, not part of the estate.

One file with the passwords inside: the provider never reads a `secure.yaml` that lies beside the file named by OS_CLIENT_CONFIG_FILE.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from infra import names
from infra.errors import CloudError
from lab.places import default_places


def candidates(root: Path) -> tuple[Path, Path]:
    """Where it is looked for, in this order: an engineer's own in the checkout, the lab's."""
    return root / "clouds.yaml", default_places().clouds_file


def find(root: Path) -> Path | None:
    return next((path for path in candidates(root) if os.access(path, os.R_OK)), None)


def clouds_file(root: Path) -> Path:
    """The `clouds.yaml` to use. Raises `CloudError` when there is none that may be read."""
    if (found := find(root)) is not None:
        return found
    for path in candidates(root):
        if _present(path):
            raise CloudError(f"没有权限读取 {path}。", "请用 root 执行，或把自己的 clouds.yaml 放在仓库根目录。")
    raise CloudError(
        "找不到 clouds.yaml：仓库根目录没有，内置云也还没有建起来。",
        "先执行 make up 建起内置云；或把自己的 clouds.yaml 放到仓库根目录，再执行 govnet stacks write。",
    )


def makes_machines(root: Path) -> bool:
    """Whether the cloud that answers makes machines: it does unless a file beside its clouds.yaml denies it."""
    found = find(root)
    return found is None or not (found.parent / names.WITHOUT_MACHINES).exists()


def _present(path: Path) -> bool:
    try:
        return path.exists()
    except PermissionError:
        return True


def load(path: Path) -> Any:
    """A small YAML or JSON file of the engine's or OpenStack's. Raises `CloudError` when it is not readable as that."""
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as problem:
        raise CloudError(f"读不懂 {path}:{problem}", "请按 OpenStack 的 clouds.yaml 格式改正。") from problem


def entries(path: Path) -> Mapping[str, Mapping[str, Any]]:
    """The named clouds of a `clouds.yaml`."""
    content = load(path)
    clouds = content.get("clouds") if isinstance(content, dict) else None
    if not isinstance(clouds, dict) or not clouds:
        raise CloudError(f"{path} 里没有 clouds 条目。", "请按 OpenStack 的 clouds.yaml 格式改正。")
    return clouds


def in_use() -> Path:
    """The file that OS_CLIENT_CONFIG_FILE names (the wrapper sets it). Raises `CloudError` when it names none."""
    named = os.environ.get("OS_CLIENT_CONFIG_FILE", "")
    if not named:
        raise CloudError("没有设置 OS_CLIENT_CONFIG_FILE。", "请用 .venv/bin/pulumi 或 govnet 执行，它们会自己设置。")
    return Path(named)


def password(entry: str) -> str:
    """Password of a cloud entry in the file in use. Raises `CloudError`."""
    named = in_use()
    auth = entries(named).get(entry, {}).get("auth", {})
    if not auth.get("password"):
        raise CloudError(
            f"{named} 的条目 {entry} 不存在或没有 auth.password。", "请补上这个条目；stacks/ 里写着用哪一个。"
        )
    return str(auth["password"])
