"""The Pulumi engine: the vendor's where it is installed, else built from package registries into the user's cache.

No registry ships the engine as a binary (docs/adr/0001). A build depends on nothing but the files of `tools/`, takes minutes, and is
therefore kept outside the checkout, keyed by a hash of those files: a fresh clone on the same machine starts at once.
Standard library only, because the wrapper imports this at every start.
"""

from __future__ import annotations

import os
import re
import subprocess
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / "tools"
VENDOR_ENGINE = (3, 259)
VENDOR_PLUGIN = "resource-openstack-v5.5."


@dataclass(frozen=True)
class Engine:
    """A usable engine. `bin` holds `pulumi` and the Python host; `plugins` the folders of plugins."""

    bin: Path
    plugins: Path
    vendor: bool

    @property
    def pulumi(self) -> Path:
        return self.bin / "pulumi"

    def __str__(self) -> str:
        origin = "厂商安装的 Pulumi" if self.vendor else "由软件包仓库源码构建的 Pulumi"
        return f"{origin}：{self.pulumi}"


def cache_folder(environ: Mapping[str, str]) -> Path:
    """Where this project keeps what is slow to make and the same for every checkout."""
    base = environ.get("XDG_CACHE_HOME") or str(Path(environ.get("HOME") or Path.home()) / ".cache")
    return Path(base) / "govnet"


def build_key(tools: Path = TOOLS) -> str:
    """Hash of all that a build depends on: the recipe, and every file of the three Go modules."""
    digest = sha256()
    files = (path for path in tools.glob("*/*") if path.is_file() and path.parent.name != "__pycache__")
    for path in [tools / "recipe.toml", *sorted(files)]:
        digest.update(f"{path.parent.name}/{path.name}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def built_folder(environ: Mapping[str, str]) -> Path:
    return cache_folder(environ) / "engine" / build_key()


def find(environ: Mapping[str, str]) -> Engine | None:
    """The engine to use, or `None` when one has to be built first (`infra.engine_build`)."""
    return find_vendor(environ) or find_built(environ)


def find_built(environ: Mapping[str, str]) -> Engine | None:
    folder = built_folder(environ)
    return Engine(folder / "bin", folder / "plugins", vendor=False) if folder.is_dir() else None


def find_vendor(environ: Mapping[str, str]) -> Engine | None:
    """An engine of the vendor on PATH, new enough, with its Python host beside it and the OpenStack plugin in its home."""
    home = Path(environ.get("HOME") or Path.home())
    plugins = sorted((home / ".pulumi" / "plugins").glob(VENDOR_PLUGIN + "*/pulumi-resource-openstack"))
    if not plugins:
        return None
    for folder in _foreign_path(environ):
        if (folder / "pulumi").is_file() and (folder / "pulumi-language-python").is_file():
            shown = subprocess.run([folder / "pulumi", "version"], capture_output=True, text=True, check=False)
            if _version(shown.stdout) >= VENDOR_ENGINE:
                return Engine(folder, plugins[-1].parent.parent, vendor=True)
    return None


def _foreign_path(environ: Mapping[str, str]) -> Iterator[Path]:
    """PATH without virtual environments: the `pulumi` of ours is the wrapper, which would call itself."""
    for part in environ.get("PATH", "").split(os.pathsep):
        if part and not (Path(part).parent / "pyvenv.cfg").exists():
            yield Path(part)


def _version(text: str) -> tuple[int, ...]:
    found = re.search(r"(\d+)\.(\d+)", text)
    return tuple(int(number) for number in found.groups()) if found else ()


def link_plugins(engine: Engine, pulumi_home: Path) -> None:
    """Make the engine's plugins those of a `PULUMI_HOME` of ours; replaces the link to an older engine.

    The folder is linked as a whole: the engine overlooks a plugin whose own folder is a link.
    """
    link = pulumi_home / "plugins"
    if link.is_symlink() and Path(os.readlink(link)) == engine.plugins:
        return
    pulumi_home.mkdir(parents=True, exist_ok=True)
    fresh = link.with_name(f".plugins.{os.getpid()}.{threading.get_ident()}")  # stacks are made ready side by side
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(engine.plugins)
    os.replace(fresh, link)
