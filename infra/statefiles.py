"""State in files, after a kill in the middle of a write.

The engine writes a new state beside the old one, moves the old one to `.bak`, and renames; the library below it keeps a small `.attrs`
file for each, which it writes in place. So a kill may leave a state whose `.attrs` is empty (the engine then reads nothing: "EOF"), only
the `.bak`, or drafts that nobody will finish. The old state is as good as the new one: what it lacks is adopted from the cloud.
"""

from __future__ import annotations

import json
from pathlib import Path

from infra.files import write_whole


def mend(states: Path, stack: str) -> bool:
    """Make the files of one stack readable again; says whether anything had to be done. Only while nobody else writes them."""
    state = states / f"{stack}.json"
    torn = [attrs for attrs in states.glob(f"{stack}.json*.attrs") if not _whole(attrs)]
    left = [*torn, *states.glob(f"{stack}.json*.tmp")]
    for path in left:
        path.unlink()
    backup = state.with_name(f"{state.name}.bak")
    if _whole(state) or not _whole(backup):
        return bool(left)
    write_whole(state, backup.read_text(encoding="utf-8"), mode=0o600)
    return True


def _whole(path: Path) -> bool:
    """Whether a file is there, and all of it."""
    try:
        json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return False
    return True
