"""A real bare repository with the hook of the protected branch, and a clone of somebody who pushes to it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from infra.engine import ROOT
from tests.cases import SMALL

GONGAN = """id: suqian_gongan_wan
title: 宿迁市公安视频专网
department: gongan
owner: 宿迁市公安局
operator: 宿迁市公安局
built: 2010-03-01
ranges: [172.22.0.0/16]
sunset: {date: 2027-12-31, plan: 改由政务外网接入}
"""


class Repository:
    """A bare repository with the hook, and a clone of somebody who pushes to it."""

    def __init__(self, folder: Path) -> None:
        self.bare, self.clone = folder / "bare.git", folder / "clone"
        self.clone.mkdir()
        for name in ("infra", "policies"):
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, self.clone / name, ignore=ignored)
        shutil.copytree(SMALL, self.clone / "estate")
        git(self.clone, "init", "--quiet", "--initial-branch=main")
        self.commit()
        git(folder, "clone", "--quiet", "--bare", str(self.clone), str(self.bare))
        git(self.clone, "remote", "add", "origin", str(self.bare))
        shutil.copy(ROOT / "tools" / "pre_receive.py", self.bare / "hooks" / "pre-receive")
        git(self.bare, "config", "govnet.python", sys.executable)

    def commit(self, *options: str) -> None:
        git(self.clone, "add", "--all")
        somebody = ("-c", "user.name=x", "-c", "user.email=x@example.invalid")
        git(self.clone, *somebody, "commit", "--quiet", "--allow-empty", "-m", "change", *options)

    def write(self, path: str, text: str) -> None:
        file = self.clone / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def edit(self, path: str, old: str, new: str) -> None:
        text = (self.clone / path).read_text(encoding="utf-8")
        assert old in text
        self.write(path, text.replace(old, new))

    def push(self, target: str = "main", *options: str) -> str | None:
        """Commit and push; what the server said when it refused, nothing when it accepted."""
        self.commit()
        done = pushed(self.clone, *options, "origin", f"HEAD:{target}")
        return done.stderr if done.returncode else None

    def keep(self) -> None:
        """The keepers agree: on the server, the clone's head becomes the rules branch."""
        git(self.bare, "fetch", "--quiet", str(self.clone), "+HEAD:refs/heads/rules")


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, env=environment(), check=True, capture_output=True)


def pushed(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["git", "push", *arguments]
    return subprocess.run(command, cwd=folder, env=environment(), check=False, capture_output=True, text=True)


def environment() -> dict[str, str]:
    """As a server has it: no locale, nothing of this test's own git or Python."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PYTHON", "LC_", "LANG"))}
    return kept | {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
