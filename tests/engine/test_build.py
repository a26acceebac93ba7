"""A build of the engine is whole or not there, resumes after a kill, and happens once."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest

from infra import engine
from infra.engine_build import build, recipe
from infra.errors import EngineError

FAKE_GO = """#!/bin/sh
case "$1" in
env) echo go1.26.0 ;;
list) echo "$FAKE_SDK" ;;
build)
  echo "$*" >> "$FAKE_SDK/calls"
  while [ "$1" != -o ]; do shift; done
  mkdir -p "$(dirname "$2")"
  [ -e "$FAKE_SDK/slow" ] && { : > "$2"; : > "$FAKE_SDK/begun"; sleep 60; }
  [ -e "$FAKE_SDK/broken" ] && { echo "no such module" >&2; exit 1; }
  printf '#!/bin/sh\\n[ "$1" = version ] && echo VERSION || echo "{}"\\n' > "$2"
  chmod +x "$2" ;;
esac
"""


class Quiet:
    """Steps that nobody watches."""

    def step(self, title: str) -> AbstractContextManager[None]:
        return nullcontext()

    def say(self, sentence: str) -> None:
        return None


@pytest.fixture
def machine(tmp_path: Path) -> dict[str, str]:
    """The environment of a machine with a compiler that takes no time."""
    sdk = tmp_path / "sdk"
    (sdk / "python" / "cmd").mkdir(parents=True)
    (sdk / "python" / "cmd" / "pulumi-language-python-exec").write_text("#!/usr/bin/env python\n", encoding="utf-8")
    go = tmp_path / "bin" / "go"
    go.parent.mkdir()
    go.write_text(FAKE_GO.replace("VERSION", recipe()[0]), encoding="utf-8")
    go.chmod(0o755)
    cache = tmp_path / "cache"
    return {
        "PATH": f"{go.parent}:/usr/bin:/bin",
        "HOME": str(tmp_path),
        "XDG_CACHE_HOME": str(cache),
        "FAKE_SDK": str(sdk),
    }


def test_a_build_gives_an_engine_that_is_then_found(machine: dict[str, str]) -> None:
    """The folder has everything the engine needs beside it, and building again compiles nothing."""
    assert engine.find(machine) is None
    made = build(machine, Quiet())
    assert engine.find(machine) == made
    assert sorted(path.name for path in made.bin.iterdir()) == [
        "pulumi",
        "pulumi-language-python",
        "pulumi-language-python-exec",
    ]
    assert (made.plugins / "resource-openstack-v5.5.1" / "pulumi-resource-openstack").exists()
    calls = Path(machine["FAKE_SDK"], "calls").read_text(encoding="utf-8")
    assert build(machine, Quiet()) == made
    assert Path(machine["FAKE_SDK"], "calls").read_text(encoding="utf-8") == calls


def test_a_killed_build_leaves_nothing_that_looks_finished(machine: dict[str, str]) -> None:
    """kill -9 inside the compiler, with a binary half written: no engine is found, and the next build makes one."""
    slow = Path(machine["FAKE_SDK"], "slow")
    slow.touch()
    builder = subprocess.Popen([sys.executable, "-m", "infra.cli", "engine"], env=machine, start_new_session=True)
    deadline = time.monotonic() + 30
    while not Path(machine["FAKE_SDK"], "begun").exists():
        assert time.monotonic() < deadline, "the compiler never started"
        time.sleep(0.05)
    os.killpg(builder.pid, signal.SIGKILL)
    builder.wait()
    assert engine.find(machine) is None
    slow.unlink()
    assert build(machine, Quiet()).pulumi.stat().st_size > 0


def test_a_failing_compiler_is_told_with_its_last_words_and_the_log(machine: dict[str, str]) -> None:
    """The person sees why, and where the rest stands; nothing is left that looks finished."""
    Path(machine["FAKE_SDK"], "broken").touch()
    with pytest.raises(EngineError) as failed:
        build(machine, Quiet())
    assert failed.value.message == "构建 engine 失败：no such module"
    assert "build.log" in failed.value.remedy
    assert engine.find(machine) is None


def test_two_builds_at_once_compile_once(machine: dict[str, str]) -> None:
    """The second waits for the first and takes its result."""
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        made = pool.starmap(build, [(machine, Quiet()), (machine, Quiet())])
    assert made[0] == made[1]
    calls = Path(machine["FAKE_SDK"], "calls").read_text(encoding="utf-8").splitlines()
    assert len(calls) == len(recipe()[1])


def test_an_engine_that_reports_another_version_is_refused(machine: dict[str, str]) -> None:
    """What was compiled must answer, and with the version that was asked for."""
    go = Path(machine["PATH"].split(":")[0], "go")
    go.write_text(FAKE_GO.replace("VERSION", "v0.0.1"), encoding="utf-8")
    with pytest.raises(EngineError, match=r"自报版本为 'v0\.0\.1'"):
        build(machine, Quiet())
    assert engine.find(machine) is None
