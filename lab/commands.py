"""Running a command to its end. What fails becomes a LabError with the end of what it said."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from infra.errors import LabError


def run(
    argv: Sequence[str | Path],
    *,
    failure: str,
    remedy: str = "",
    text: str | None = None,
    env: Mapping[str, str] | None = None,
) -> str:
    """Standard output of the command, given `text` on standard input; `failure` is the Chinese sentence to begin a LabError with."""
    done = subprocess.run(
        [str(word) for word in argv],
        input=text or "",
        capture_output=True,
        text=True,
        env=env,
        check=False,
    )
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-15:])
        raise LabError(f"{failure}（{Path(argv[0]).name}，退出码 {done.returncode}）\n{tail}", remedy=remedy)
    return done.stdout
