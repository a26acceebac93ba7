"""Make the locked environment `.venv` out of nothing but Python: what every make target runs first.

Runs on the system's Python before anything is installed: standard library only. Everything that would stop the way is found first
and said at once, each in one Chinese sentence with its remedy, before anything is half installed. When the environment is current it
returns at once. `--lab` also asks whether this is a machine for the embedded cloud.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from lab import machine  # noqa: E402  # no environment has put the checkout on the path yet

VENV = ROOT / ".venv"
STAMP = VENV / ".current"
BEGUN = ROOT / ".govnet" / "sync-begun"
"""There while an environment is being made; found at the start, it says that the last run was killed in the middle."""

PYTHON = (3, 11)
DISK_GB = {True: 15, False: 2}
"""Free space that a first installation needs, with and without the lab: Go caches of the engine's build, both environments, packages."""

START = time.monotonic()


class Machine(NamedTuple):
    """What the checks look at; facts only, so that each refusal can be tried without such a machine."""

    python: tuple[int, ...]
    tools: frozenset[str]
    disk_gb: float
    index_trouble: str
    """Empty, or why the package index cannot be reached."""


def problems(found: Machine, lab: bool) -> list[str]:
    """What is in the way of a first installation, each a Chinese sentence with its remedy."""
    sentences = []
    if found.python < PYTHON:
        sentences.append(
            f"Python 是 {_dotted(found.python)}，需要 ≥ {_dotted(PYTHON)}：请安装新版 python3,Debian 12 自带 3.11。"
        )
    for tool in sorted({"git", "make"} - found.tools):
        sentences.append(f"没有 {tool}：请执行 apt-get install {tool}。")
    if found.disk_gb < DISK_GB[lab]:
        sentences.append(
            f"缓存目录所在磁盘只剩 {found.disk_gb:.1f} GB，首次安装需要 {DISK_GB[lab]} GB：请清理磁盘，或用 XDG_CACHE_HOME 指定另一处。"
        )
    if found.index_trouble:
        sentences.append(
            f"连不上 Python 软件包索引（{found.index_trouble}）：请检查网络、代理（HTTPS_PROXY）或索引设置（UV_DEFAULT_INDEX）。"
        )
    return sentences


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(str(number) for number in version[:3])


# --- looking at the machine -------------------------------------------------------------------------------------------
def look() -> Machine:
    return Machine(
        python=tuple(sys.version_info[:3]),
        tools=frozenset(tool for tool in ("git", "make") if shutil.which(tool)),
        disk_gb=_disk_gb(cache()),
        index_trouble=_index_trouble(),
    )


def cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "govnet"


def _disk_gb(folder: Path) -> float:
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free / 1e9


def _index_trouble() -> str:
    """Why the package index does not answer; any answer of HTTP will do."""
    url = os.environ.get("UV_DEFAULT_INDEX") or os.environ.get("UV_INDEX_URL") or _locked_index()
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method="HEAD"), timeout=15):
            return ""
    except urllib.error.HTTPError:
        return ""
    except (OSError, ValueError) as problem:
        return str(getattr(problem, "reason", problem))


def _locked_index() -> str:
    found = re.search(r'registry = "([^"]+)"', (ROOT / "uv.lock").read_text(encoding="utf-8"))
    return found[1] if found else ""


# --- making the environment -------------------------------------------------------------------------------------------
def wanted() -> str:
    """Hash of what the environment is made of."""
    digest = hashlib.sha256(f"{sys.version}\0{ROOT}".encode())
    for name in ("pyproject.toml", "uv.lock"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def is_current() -> bool:
    return STAMP.exists() and STAMP.read_text(encoding="ascii") == wanted() and not BEGUN.exists()


def say(sentence: str) -> None:
    print(f"[{time.monotonic() - START:5.1f} 秒] {sentence}", flush=True)


def run(sentence: str, *command: str, **extra: str) -> None:
    """Run a step; its own output is shown only when it fails. Ends the program with one sentence then."""
    say(sentence)
    done = subprocess.run(command, env={**os.environ, **extra}, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        stop([f"“{sentence}”失败：{done.stderr.strip()[-1500:]}"])


def stop(reasons: list[str]) -> None:
    for reason in reasons:
        print(f"错误：{reason}", file=sys.stderr)
    sys.exit(3)


def find_uv() -> str:
    """uv from PATH or from the cache, installed there by pip when there is none."""
    kept = cache() / "uv"
    found = shutil.which("uv") or shutil.which("uv", path=str(kept / "bin"))
    if found:
        return found
    if subprocess.run([sys.executable, "-c", "import ensurepip"], capture_output=True, check=False).returncode != 0:
        _install_venv_module()
    draft = kept.with_name(".uv.draft")
    shutil.rmtree(draft, ignore_errors=True)  # of a run that was killed
    run("准备 uv（独立的虚拟环境）", sys.executable, "-m", "venv", str(draft))
    run("安装 uv", str(draft / "bin" / "pip"), "install", "--quiet", _uv_requirement())
    shutil.rmtree(kept, ignore_errors=True)
    os.replace(draft, kept)
    return str(kept / "bin" / "uv")


def _install_venv_module() -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        stop(["这个 Python 没有 venv 模块：请执行 apt-get install python3-venv。"])
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    run("更新 Debian 软件包列表", "apt-get", "update", "-qq", **quiet)
    run("安装 python3-venv", "apt-get", "install", "-y", "-qq", "python3-venv", **quiet)


def _uv_requirement() -> str:
    found = re.search(r'name = "uv"\nversion = "([^"]+)"', (ROOT / "uv.lock").read_text(encoding="utf-8"))
    return f"uv=={found[1]}" if found else "uv"


def make_environment() -> None:
    uv = find_uv()
    if BEGUN.exists():
        say("上次安装环境时被中断：重新安装")
        shutil.rmtree(VENV, ignore_errors=True)
    BEGUN.touch()
    run(
        "安装锁定的 Python 环境（uv sync --frozen）",
        *(uv, "sync", "--frozen", "--compile-bytecode", "--python", sys.executable),  # or each command compiles anew
        UV_PYTHON_DOWNLOADS="never",
        UV_PROJECT_ENVIRONMENT=str(VENV),
    )
    STAMP.write_text(wanted(), encoding="ascii")
    BEGUN.unlink()
    say("Python 环境就绪")


def main(arguments: list[str]) -> None:
    lab = "--lab" in arguments
    current = sys.version_info >= PYTHON and is_current()
    found = [] if current else problems(look(), lab)
    if lab:
        found += machine.obstacles()
    if found:
        stop(found)
    if current:
        return
    BEGUN.parent.mkdir(parents=True, exist_ok=True)
    with (BEGUN.parent / "bootstrap.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_current():
            make_environment()


if __name__ == "__main__":
    main(sys.argv[1:])
