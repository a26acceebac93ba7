"""Whether a machine that was made anew still waits for its data. Until it has them no copy is taken: the newest one would be of nothing,
and it is the newest that a restore brings back. Who leaves the mark is the role backup_client."""

from __future__ import annotations

from pathlib import Path

from .journal import Failed

UNRESTORED = "unrestored"
"""Is there as long as the machine waits."""
SETTLED = "settled"
"""Is there once what the machine has is what is to be copied."""


def refuse(state: Path, source: str) -> None:
    """Raises `Failed` while the machine waits."""
    if (state / UNRESTORED).exists():
        raise Failed(
            "这台主机是新建的，原有数据还没有恢复，现在备份只会得到一份空的："
            f"先 govnet backup restore {source}；没有要恢复的，govnet backup restore {source} --afresh"
        )


def settle(state: Path) -> bool:
    """From now on copies are taken; whether the machine waited. Interrupted between the two it still waits."""
    mark = state / UNRESTORED
    waited = mark.exists()
    (state / SETTLED).touch(mode=0o600)
    mark.unlink(missing_ok=True)
    return waited
