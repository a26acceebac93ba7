"""Mistakes on the command line: a Chinese sentence, the nearest command or option, exit code 2, and no English frame around it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from infra.engine import ROOT
from infra.errors import Exit

MISTAKES = {
    "chek": ("govnet 没有命令 chek", "最接近的是：check；govnet -h"),
    "rules shw P09": ("govnet rules 没有命令 shw", "最接近的是：show；govnet rules -h"),
    "check --bese x": ("govnet check 没有选项 --bese", "最接近的是：--base；govnet check -h"),
    "--nope": ("govnet 没有选项 --nope", "govnet -h"),
    "check --base": ("选项 --base 后面要写一个值", "-h"),
    "rules show": ("govnet rules show 缺少参数 规则", "govnet rules show -h"),
    "check extra words": ("govnet check 多写了 extra words", "govnet check -h"),
    "tenant new --level 9": ("选项 --level 不对：要 1 到 3 的整数，不是 9", "govnet tenant new -h"),
}


def run(*words: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", "import sys; sys.argv[0] = 'govnet'; from infra.cli import main; main()", *words],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("line", MISTAKES)
def test_a_mistake_is_said_in_chinese_with_the_way_out(line: str) -> None:
    """One sentence and its remedy on stderr, nothing on stdout."""
    done = run(*line.split())
    wrong, right = MISTAKES[line]
    assert done.returncode == Exit.USAGE, done.stderr
    assert done.stdout == ""
    mistake, remedy = done.stderr.splitlines()
    assert mistake == f"错误：{wrong}"
    assert remedy.startswith("办法：")
    assert right in remedy


def test_a_command_of_commands_alone_says_its_help_once() -> None:
    """As before: what there is to choose from, and exit code 2."""
    done = run("tenant")
    assert done.returncode == Exit.USAGE
    assert (done.stdout + done.stderr).count("问答或用参数写一份租户声明") == 1


def test_what_a_command_ends_with_is_what_the_process_ends_with() -> None:
    """Success, and a mistake that a command finds itself."""
    assert run("rules", "show", "P09").returncode == Exit.OK
    assert run("rules", "show", "P99").returncode == Exit.USAGE
