"""Bring the newest copy of a repository back into a fresh folder on this machine, and tell what is in it. Part of a drill.

What is needed is read from standard input (JSON: `repository`, `password`), so the key of the repository is in this process alone, and
gone with it. The folder is gone at the end too: what was restored is somebody else's data.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from . import restic
from .contents import contents, size
from .journal import Failed


def restore(repository: str, password: str, below: Path) -> dict[str, Any]:
    """`snapshot`, `files` (path → sha256) and `bytes` of the newest copy. Raises `Failed`."""
    told = {**os.environ, "RESTIC_REPOSITORY": repository, "RESTIC_PASSWORD": password}
    snapshot = restic.newest("--no-cache", "--no-lock", environment=told)["id"]
    with tempfile.TemporaryDirectory(prefix="govnet-drill-", dir=below) as name:
        there = Path(name)
        restic.ask("restore", "--no-cache", "--no-lock", "--target", str(there), snapshot, environment=told)
        return {"snapshot": snapshot, "files": contents(there), "bytes": size(there)}


def main() -> int:
    """Exit code 1 when nothing could be restored; the reason is on standard error."""
    try:
        told = json.load(sys.stdin)
        print(json.dumps(restore(told["repository"], told["password"], Path("/var/tmp"))))
    except (Failed, OSError, ValueError, KeyError) as problem:
        print(f"恢复失败：{problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
