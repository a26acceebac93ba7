"""docs/refused.md: a pull request with a department network, from writing it to its refusal. `python -m tests.tools.refused` writes it.

Everything shown happened: the commands run in a clone of a real bare repository with the hook, on the small estate of the tests.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.engine import ROOT
from infra.files import write_whole
from tests.fingerprints import masked
from tests.tools.repository import GONGAN, Repository, environment, git, pushed

PAGE = ROOT / "docs" / "refused.md"
DAY = "2026-12-01"
"""The day on which everything is judged; the server has it from its `govnet.python`, everybody else from `--today`."""

LEGACY = "estate/sites/suqian/legacy/gongan.yaml"
TENANT = (
    "tenant new --site suqian --department gongan --title 宿迁市公安局 --hosts 30 --level 2 --no-state-secret"
    " --data-class internal --zone public_shared"
)


@dataclass(frozen=True)
class Done:
    """What a command said, without what differs from run to run, and its exit code."""

    said: str
    code: int


# --- what is tried ----------------------------------------------------------------------------------------------------
def declared(repository: Repository) -> None:
    repository.write(LEGACY, GONGAN)


def sealed_by_oneself(repository: Repository) -> None:
    declared(repository)
    last = "ranges: [172.21.0.0/16]}"
    mine = "{id: suqian_gongan_wan, department: gongan, built: 2010-03-01, ranges: [172.22.0.0/16]}"
    repository.edit("estate/legacy.lock", last, f"{last}\n      - {mine}")
    seals = (
        "a77a4bc43fa1a31a89bd178eefd3d31c83f8d80bf6961881db6cc769b9af275e",
        "64c7e93c5e3e05755758868e39025e8e9c5360317135b3bdcd9638827ec279e8",
    )
    repository.edit("estate/legacy.lock", *seals)


def inside_an_old_one(repository: Repository) -> None:
    old = "ranges: [172.21.0.0/16]"
    repository.edit("estate/sites/suqian/legacy/shuili.yaml", old, "ranges: [172.21.0.0/16, 172.22.0.0/16]")


def as_a_line(repository: Repository) -> None:
    line = """lines:
  - {id: suqian_gongan_line, title: 视频会商线路, department: gongan, owner: 宿迁市公安局, operator: 宿迁市公安局, to: city,
     place: 宿迁市应急局, built: 2026-03-01}
"""
    repository.edit("estate/sites/suqian/facilities.yaml", "lines:\n", line)


def with_a_waiver(repository: Repository) -> None:
    declared(repository)
    waiver = """id: gongan
rule: P09
subject: legacy:suqian_gongan_wan
approvals: [suqian_legacy]
reason: 领导同意
expires: 2027-06-30
"""
    repository.write("estate/waivers/gongan.yaml", waiver)


def with_a_softer_rule(repository: Repository) -> None:
    declared(repository)
    repository.edit("policies/rules/p09_no_new_private_network.py", "if sealed is None:", "if False:")


ATTEMPTS: Mapping[str, Callable[[Repository], None]] = {
    "连同封条一起补进封存清单，建成日期往前写": sealed_by_oneself,
    "写进别的部门早已封存的网络，给它加一段地址": inside_an_old_one,
    "不叫专网，报成一条通往同级单位的线路": as_a_line,
    "给自己写一份例外，引用登记过的另一个批准": with_a_waiver,
    "在同一个合并请求里改规则": with_a_softer_rule,
}


# --- how it goes ------------------------------------------------------------------------------------------------------
def on_that_day(folder: Path) -> Repository:
    """A repository whose server judges as of the day of this page."""
    repository = Repository(folder)
    python = folder / "python"
    python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@" --today {DAY}\n', encoding="utf-8")
    python.chmod(0o755)
    git(repository.bare, "config", "govnet.python", str(python))
    return repository


def govnet(repository: Repository, words: str) -> Done:
    """A govnet command, by the code of the clone."""
    command = [sys.executable, "-m", "infra.cli", *words.split()]
    env = environment() | {"PYTHONPATH": str(repository.clone), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=repository.clone, env=env, check=False, capture_output=True, text=True)
    return Done(_same_every_time(done.stdout + done.stderr, repository), done.returncode)


def push(repository: Repository) -> Done:
    done = pushed(repository.clone, "origin", "HEAD:main")
    return Done(_same_every_time(done.stderr, repository), done.returncode)


def _same_every_time(said: str, repository: Repository) -> str:
    """Without seconds, hashes of commits, and where the repository stands."""
    said = re.sub(
        r"（[\d.]+ 秒）",
        "（… 秒）",
        said.replace(f"{repository.clone}/", "").replace(f"{repository.clone.parent}/", ""),
    )
    said = re.sub(r"\b[0-9a-f]{7,12}\.\.[0-9a-f]{7,12}\b", "…", said)
    return "\n".join(line.rstrip() for line in said.splitlines()).strip()


def attempt(change: Callable[[Repository], None]) -> Done:
    """Commit a change in a fresh clone and push it to the protected branch."""
    with tempfile.TemporaryDirectory() as folder:
        repository = on_that_day(Path(folder))
        change(repository)
        repository.commit()
        return push(repository)


def reasons(said: str) -> list[str]:
    """What a push was refused for: each finding that must be mended, or else the server's last word."""
    lines = [line.removeprefix("remote:").strip() for line in said.splitlines()]
    found = [f"{line[1:4]}：{lines[n + 1]}" for n, line in enumerate(lines) if re.match(r"\[\w\d\d 必须改\]", line)]
    return list(dict.fromkeys(found)) or [line for line in lines if line.startswith("拒绝：")]


# --- the page ---------------------------------------------------------------------------------------------------------
def page() -> str:
    """The whole page. `AssertionError` when what is to be refused is accepted, or the right way is refused."""
    return "\n".join([*_refused(), *_attempts(), *_right_way()])


def _refused() -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        repository = on_that_day(Path(folder))
        git(repository.clone, "checkout", "--quiet", "-b", "gongan")
        declared(repository)
        repository.commit()
        checked = govnet(repository, f"check --base main --today {DAY}")
        reviewed = govnet(repository, f"review main..HEAD --today {DAY}")
        refused = push(repository)
    assert (checked.code, reviewed.code, refused.code) == (4, 4, 1)
    return [
        "# 一个新建部门专网的合并请求",
        "",
        "由 `python -m tests.tools.refused` 在真的 git 仓库里逐条执行后写出，不手写；测试每次重新执行并逐字核对。声明取自 `tests/estates/small`，",
        f"日期按 {DAY} 判定。`docs/reviewer.md` 说明钩子怎么装、托管平台怎么设。",
        "",
        "## 合并请求",
        f"宿迁市公安局想要一张自己的视频专网，加了一个文件 `{LEGACY}`：",
        "",
        "```yaml",
        GONGAN.rstrip(),
        "```",
        "",
        "## 提交的人自己检查：退出码 4",
        *_shown("govnet check --base main", checked),
        "每处问题的来历（声明在哪里、推导出什么、例外由谁批）用 `--explain` 看，规则全文用 `govnet rules show P09` 看。",
        "",
        "## 评审人看到的报告：退出码 4",
        *_shown("govnet review main..HEAD", Done(masked(reviewed.said), reviewed.code)),
        "## 推到受保护分支：拒绝，退出码 1",
        "判定用的是受保护分支上已有的规则，不是推来的。分支停在原处，没有任何资源被创建。",
        "",
        *_shown("git push origin HEAD:main", refused),
    ]


def _attempts() -> list[str]:
    rows = []
    for words, change in ATTEMPTS.items():
        done = attempt(change)
        assert done.code == 1, f"{words}：{done.said}"
        rows.append(f"| {words} | {'<br>'.join(reasons(done.said))} | {done.code} |")
    return [
        "## 换个写法再推",
        "| 手法 | 为什么被拒 | `git push` 退出码 |",
        "|---|---|---|",
        *rows,
        "",
        "不写声明、直接在 Pulumi 程序里建的，见 [attacks.md](attacks.md)。",
        "",
    ]


def _right_way() -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        repository = on_that_day(Path(folder))
        asked = govnet(repository, TENANT)
        allocated = govnet(repository, "addresses allocate")
        repository.commit()
        checked = govnet(repository, f"check --base main --today {DAY}")
        accepted = push(repository)
    assert (asked.code, allocated.code, checked.code, accepted.code) == (0, 0, 0, 0)
    return [
        "## 应当怎样做",
        "业务放到政务外网上：申请一个租户。批准以前状态是 `applied`，云上什么也不建；只剩一条不阻断的建议。",
        "",
        *_shown(f"govnet {TENANT}", asked),
        *_shown("govnet addresses allocate", allocated),
        *_shown("govnet check --base main", checked),
        *_shown("git push origin HEAD:main", accepted),
    ]


def _shown(command: str, done: Done) -> list[str]:
    return ["```console", f"$ {command}", done.said, "$ echo $?", str(done.code), "```", ""]


if __name__ == "__main__":
    write_whole(PAGE, page())
