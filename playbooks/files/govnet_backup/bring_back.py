"""Bring this machine's own data back from its newest copy, in two steps: laid out beside what is there, then put in its place.

A database is brought back out of the repository that was laid out, up to the moment of the copy, into a folder beside the one in use.
Between the steps whoever ordered it compares what was laid out with the list kept elsewhere, so that nothing is replaced by what nobody
has compared. What stood there before is moved aside, not deleted. Whoever is cut off begins with the first step again.

A machine made anew takes no copies until then (`waiting`). The step `afresh` lets it begin without its data.
"""

from __future__ import annotations

import argparse
import grp
import json
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from . import pgbackrest, postgres, restic, waiting
from .contents import contents
from .journal import Failed, instant, only_one, write_whole

Owners = Mapping[str, Mapping[str, str]]
"""`user` and `group`: number → name on the machine that took the copy. A machine made anew may count otherwise."""


def lay(state: Path, repository: Path | None) -> dict[str, Any]:
    """Lay the newest copy out: `snapshot`, `files` (path → sha256) and, of a database, `tables`. `repository`: a folder instead of the usual server."""
    laid = state / "laid"
    shutil.rmtree(laid, ignore_errors=True)
    (laid / "tree").mkdir(mode=0o700, parents=True)
    told = {**os.environ, **({"RESTIC_REPOSITORY": str(repository)} if repository else {})}
    newest = restic.newest("--no-cache", "--no-lock", environment=told)
    snapshot = newest["id"]
    restic.ask("restore", "--no-cache", "--no-lock", "--target", str(laid / "tree"), snapshot, environment=told)
    found = {"snapshot": snapshot, "files": contents(laid / "tree")}
    for moment in newest.get("tags", ()):
        laid.chmod(0o711)
        found["tables"] = pgbackrest.lay(pgbackrest.reached(laid / "tree"), pgbackrest.LAID, moment)
    write_whole(laid / "snapshot", snapshot)
    return found


def place(state: Path, snapshot: str, paths: Sequence[str], units: Sequence[str], owners: Owners) -> dict[str, Any]:
    """Put what was laid out where it belongs, while the services that use it stand still: `placed` and `aside`, where the old data are."""
    laid, aside = state / "laid", state / "replaced" / instant()
    if not (laid / "snapshot").exists() or (laid / "snapshot").read_text() != snapshot:
        raise Failed(f"没有取出过副本 {snapshot[:8]}")
    (laid / "snapshot").unlink()
    hand_over(laid / "tree", owners)
    back = {laid / "tree" / path.lstrip("/"): Path(path) for path in paths}
    back = {new: path for new, path in back.items() if new.exists()}
    if not back:
        raise Failed(f"副本里没有 {'、'.join(paths)}")
    database = pgbackrest.LAID.exists()
    if database:
        postgres.handed(pgbackrest.reached(laid / "tree"))
        back[pgbackrest.LAID] = pgbackrest.CLUSTER
    _services("stop", units)
    try:
        for new, path in back.items():
            old = aside / path.relative_to("/")
            old.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if path.exists():
                shutil.move(path, old)
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(new, path)
    finally:
        _services("start", units)
    if database:
        postgres.promoted()
    waiting.settle(state)
    shutil.rmtree(laid)
    return {"placed": [str(path) for path in back.values()], "aside": str(aside)}


def hand_over(tree: Path, owners: Owners) -> None:
    """Everything belongs to those of the same name as before. Raises `Failed` for a name that this machine does not know."""
    users = {int(number): _number(pwd.getpwnam, name) for number, name in owners.get("user", {}).items()}
    groups = {int(number): _number(grp.getgrnam, name) for number, name in owners.get("group", {}).items()}
    for path in _everything(tree):
        found = path.lstat()
        wanted = users.get(found.st_uid, found.st_uid), groups.get(found.st_gid, found.st_gid)
        if wanted != (found.st_uid, found.st_gid):
            mode = found.st_mode
            os.chown(path, *wanted, follow_symlinks=False)
            if not path.is_symlink():
                path.chmod(mode & 0o7777)  # a change of owner takes set-id bits away


def _number(look_up: Any, name: str) -> int:
    try:
        return int(look_up(name)[2])
    except KeyError:
        raise Failed(f"本机没有用户或组 {name}，先 govnet configure 本机") from None


def _everything(tree: Path) -> Iterator[Path]:
    for folder, inner, names in os.walk(tree):
        yield from (Path(folder, name) for name in (*inner, *names))


def _services(action: str, units: Sequence[str]) -> None:
    if units:
        done = subprocess.run(["systemctl", action, "--", *units], capture_output=True, text=True, check=False)
        if done.returncode:
            raise Failed(f"systemctl {action} {' '.join(units)}：{done.stderr.strip()[-200:]}")


def main() -> int:
    """Exit code 1 when it was not done; the reason is on standard error."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--state", required=True, type=Path)
    steps = words.add_subparsers(dest="step", required=True)
    steps.add_parser("lay").add_argument("--repository", type=Path)
    for step in ("place", "afresh"):
        steps.add_parser(step)
    told = words.parse_args()
    try:
        told.state.mkdir(parents=True, exist_ok=True)
        with only_one(told.state / "lock"):
            if told.step == "lay":
                found = lay(told.state, told.repository)
            elif told.step == "place":
                found = place(told.state, **json.load(sys.stdin))
            else:
                found = {"waited": waiting.settle(told.state)}
        print(json.dumps(found))
    except (Failed, OSError, ValueError, TypeError) as problem:
        print(f"恢复失败：{problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
