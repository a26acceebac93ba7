"""Bring the newest copy of a repository back into a fresh folder on this machine, and tell what is in it. Part of a drill.

What is needed is read from standard input (JSON: `repository`, `password`, and `cipher` if the copy is of a database's repository), so the
keys are in this process and its children alone, and gone with them. The folder is gone at the end too: what was restored is somebody
else's data. A database is brought back out of its repository, up to the moment of the copy, and runs on a socket of that folder.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from . import pgbackrest, restic
from .contents import contents, size
from .journal import Failed


def restore(repository: str, password: str, below: Path, cipher: str = "") -> dict[str, Any]:
    """`snapshot`, `files` (path → sha256), `bytes` and, of a database, `tables` of the newest copy. Raises `Failed`."""
    told = {**os.environ, "RESTIC_REPOSITORY": repository, "RESTIC_PASSWORD": password}
    newest = restic.newest("--no-cache", "--no-lock", environment=told)
    snapshot = newest["id"]
    with tempfile.TemporaryDirectory(prefix="govnet-drill-", dir=below) as name:
        there = Path(name)
        restic.ask("restore", "--no-cache", "--no-lock", "--target", str(there), snapshot, environment=told)
        found = {"snapshot": snapshot, "files": contents(there), "bytes": size(there)}
        for moment in newest.get("tags", ()):
            found["tables"] = pgbackrest.lay(pgbackrest.reached(there), there / "cluster", moment, cipher)
        return found


def main() -> int:
    """Exit code 1 when nothing could be restored; the reason is on standard error."""
    try:
        told = json.load(sys.stdin)
        print(json.dumps(restore(told["repository"], told["password"], Path("/var/tmp"), told.get("cipher", ""))))
    except (Failed, OSError, ValueError, KeyError) as problem:
        print(f"恢复失败：{problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
