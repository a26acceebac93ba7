#!/usr/bin/env python3
"""The lock of the protected branch, as the `pre-receive` hook of a bare repository (docs/reviewer.md says how to install it).

Whatever is pushed to the protected branch is judged by the code that is on that branch already, never by the code that is pushed. The
code of the lock itself changes only to what the keepers of the rules have put on their own branch, which nobody can push to.
Standard library only: it is installed beside no environment of ours, and starts the one that `git config govnet.python` names.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

LOCK = ("infra", "policies", "tools", ".ci", "Makefile", "pyproject.toml", "uv.lock")
"""What decides about changes: rules, the way from declaration to resources, and what starts them."""

KEEPERS = "refs/heads/rules"
"""The keepers' branch: its lock is agreed. It is changed on the server, by `git fetch`, which runs no hook."""

NOTHING = "0" * 40
LINK = "120000"


class Refused(Exception):
    """Why a push is not accepted: one Chinese sentence, and what to do instead."""


def main() -> int:
    """Judge every pushed reference; one refusal refuses the whole push."""
    sys.stderr.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a hook's stderr is a text stream
    protected = f"refs/heads/{config('govnet.protected') or 'main'}"
    try:
        for line in sys.stdin:
            old, new, reference = line.split()
            if reference == KEEPERS:
                raise Refused(f"{KEEPERS} 不接受推送。规则的改动由规则管理人在服务器上放入（docs/reviewer.md）。")
            if reference == protected:
                admit(old, new)
    except Refused as refusal:
        print(f"拒绝：{refusal}", file=sys.stderr)
        return 1
    return 0


def admit(old: str, new: str) -> None:
    """Raises `Refused` unless the protected branch may go from `old` to `new`."""
    if new == NOTHING:
        raise Refused("受保护分支不许删除。")
    if old == NOTHING:
        raise Refused("受保护分支还不存在，没有规则可以判定。第一版由管理员在服务器上放入。")
    if run("git", "merge-base", "--is-ancestor", old, new).returncode:
        raise Refused("受保护分支不许改写历史（不是快进）。先 git pull --rebase，再推送。")
    judge(keeper_of(old, new), old, new)


def keeper_of(old: str, new: str) -> str:
    """The version whose code judges: the protected one, or the keepers', when that is what the lock is to become."""
    changed = [path for path in LOCK if tree(old, path) != tree(new, path)]
    if not changed:
        return old
    agreed = [path for path in changed if tree(KEEPERS, path) and tree(KEEPERS, path) == tree(new, path)]
    if changed != agreed:
        rest = "、".join(path for path in changed if path not in agreed)
        raise Refused(
            f"这次推送改动或删除了锁本身：{rest}。规则不由被判定的变更来改；"
            "先请规则管理人评审，把同样的内容放到 rules 分支，再推送。"
        )
    return KEEPERS


def judge(keeper: str, old: str, new: str) -> None:
    """Let the keeper's code check the estate that is pushed, against the one before."""
    python = config("govnet.python")
    if not python or not Path(python).is_file():
        raise Refused(
            "服务器没有配置检查环境，没能检查，不放行。管理员执行：git config govnet.python …/.venv/bin/python"
        )
    with tempfile.TemporaryDirectory() as folder:
        places = {"code": (keeper, LOCK[:2]), "before": (old, ("estate",)), "after": (new, ("estate",))}
        for name, (version, paths) in places.items():
            extract(version, paths, Path(folder, name))
        command = [python, "-P", "-m", "infra.cli", "check", "--estate", f"{folder}/after/estate"]
        command += ["--base", f"{folder}/before/estate", *sites(old, new)]
        env = {**os.environ, "PYTHONPATH": f"{folder}/code", "PYTHONUTF8": "1"}
        done = subprocess.run(command, env=env, cwd=folder, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False)
    if done.returncode == 4:
        raise Refused("声明违反规则，见上面列出的每一处；改正后再推送。")
    if done.returncode:
        raise Refused(f"没能检查（退出码 {done.returncode}），不放行。")


def sites(old: str, new: str) -> list[str]:
    """Options that keep a mistake of one city from stopping another: only the sites whose files changed, unless shared files did."""
    changed = (
        run("git", "diff", "--name-only", "--no-renames", "-z", old, new, "--", "estate").stdout.decode().split("\0")
    )
    parts = [path.split("/") for path in changed if path]
    if not parts or any(row[1] != "sites" or len(row) < 4 for row in parts):
        return []
    return [f"--site={site}" for site in sorted({row[2] for row in parts})]


def extract(version: str, paths: Sequence[str], folder: Path) -> None:
    """Some folders of a version into a new folder. What the version lacks is an empty folder: the check says what is missing.

    Object by object, because `git archive` leaves out what a pushed .gitattributes tells it to.
    """
    for path in paths:
        (folder / path).mkdir(parents=True)
    listed = run("git", "ls-tree", "-r", "-z", "--full-tree", version, *paths).stdout.decode().split("\0")
    rows = [row.partition("\t") for row in listed if " blob " in row]
    identities = "".join(f"{entry.split(' ')[2]}\n" for entry, _, _ in rows)
    blobs = io.BytesIO(run("git", "cat-file", "--batch", given=identities.encode()).stdout)
    for entry, _, name in rows:
        size = int(blobs.readline().split()[2])
        content, file = blobs.read(size + 1)[:size], folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if entry.startswith(LINK):
            file.symlink_to(content.decode())  # the check refuses links by name
        else:
            file.write_bytes(content)


def tree(version: str, path: str) -> str:
    """Git's hash of a file or folder in a version; empty when it has none."""
    return run("git", "rev-parse", "--verify", "--quiet", f"{version}:{path}").stdout.decode().strip()


def config(name: str) -> str:
    return run("git", "config", "--get", name).stdout.decode().strip()


def run(*command: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command, input=given, capture_output=True, check=False)


if __name__ == "__main__":
    sys.exit(main())
