"""The bootstrap says everything that stands in the way at once, before anything is installed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools import bootstrap
from tools.bootstrap import Machine, problems

GOOD = Machine(python=(3, 11, 2), tools=frozenset({"git", "make"}), disk_gb=40, index_trouble="")


def test_a_good_machine_has_no_problem() -> None:
    """Neither with the lab nor without."""
    assert problems(GOOD, lab=True) == []
    assert problems(GOOD, lab=False) == []


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (GOOD._replace(python=(3, 9, 2)), "Python 是 3.9.2，需要 ≥ 3.11：请安装新版 python3,Debian 12 自带 3.11。"),
        (GOOD._replace(tools=frozenset({"make"})), "没有 git：请执行 apt-get install git。"),
        (
            GOOD._replace(disk_gb=1.5),
            "缓存目录所在磁盘只剩 1.5 GB，首次安装需要 15 GB：请清理磁盘，或用 XDG_CACHE_HOME 指定另一处。",
        ),
        (
            GOOD._replace(index_trouble="timed out"),
            "连不上 Python 软件包索引（timed out）：请检查网络、代理（HTTPS_PROXY）或索引设置（UV_DEFAULT_INDEX）。",
        ),
    ],
)
def test_each_obstacle_is_one_sentence_with_its_remedy(bad: Machine, sentence: str) -> None:
    """In Chinese, word for word."""
    assert problems(bad, lab=True) == [sentence]


def test_all_obstacles_are_said_at_once() -> None:
    """Nobody should mend one, wait, and meet the next."""
    assert len(problems(Machine((3, 9), frozenset(), 1, "no route"), lab=False)) == 5


def test_the_lab_needs_more_space_than_the_tools_alone() -> None:
    """Preview, check and lint run on a small machine."""
    assert problems(GOOD._replace(disk_gb=5), lab=False) == []
    assert len(problems(GOOD._replace(disk_gb=5), lab=True)) == 1


def test_an_index_that_cannot_be_reached_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A closed port on this machine stands for any unreachable index."""
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple")
    assert "refused" in bootstrap._index_trouble()


def test_a_current_environment_takes_no_time() -> None:
    """Every make target starts with it: less than 0.3 s of processor time, and no network."""
    assert bootstrap.is_current(), "run `python3 tools/bootstrap.py` once"
    before = os.times()
    done = subprocess.run(
        [sys.executable, bootstrap.__file__],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "UV_DEFAULT_INDEX": "http://127.0.0.1:9/simple", "PATH": os.environ["PATH"]},
    )
    after = os.times()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert after.children_user + after.children_system - before.children_user - before.children_system < 0.3


def test_a_changed_lock_file_makes_the_environment_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And so does an installation that was killed in the middle."""
    (tmp_path / "pyproject.toml").write_text("a", encoding="utf-8")
    (tmp_path / "uv.lock").write_text("b", encoding="utf-8")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / "stamp")
    monkeypatch.setattr(bootstrap, "BEGUN", tmp_path / "begun")
    assert not bootstrap.is_current()
    (tmp_path / "stamp").write_text(bootstrap.wanted(), encoding="ascii")
    assert bootstrap.is_current()
    (tmp_path / "begun").touch()
    assert not bootstrap.is_current()
    (tmp_path / "begun").unlink()
    (tmp_path / "uv.lock").write_text("c", encoding="utf-8")
    assert not bootstrap.is_current()


def test_progress_lines_carry_the_elapsed_time(capsys: pytest.CaptureFixture[str]) -> None:
    """So that a person sees that something moves."""
    started = time.monotonic()
    bootstrap.say("安装")
    assert capsys.readouterr().out.startswith("[")
    assert started >= bootstrap.START
