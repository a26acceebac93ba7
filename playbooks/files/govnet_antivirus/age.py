"""Tell how old a set of signatures is. An age that is not told any more is old too: its file's own age says so (node_textfile_mtime_seconds)."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime, timezone
from pathlib import Path

from .metrics import write
from .sets import made
from .shelf import current


def main() -> int:
    """Exit code 1 when there is no set; then nothing is told."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--where", required=True, choices=("published", "used"))
    for name in ("home", "metrics"):
        words.add_argument(f"--{name}", required=True, type=Path)
    told = words.parse_args()
    folder = current(told.home)
    if folder is None:
        print(f"<3>{told.home} 里还没有病毒特征库", file=sys.stderr)
        return 1
    age = (datetime.now(timezone.utc) - made(folder)).total_seconds()  # noqa: UP017 - machines may have an older Python
    write(told.metrics, {f'govnet_signatures_age_seconds{{where="{told.where}"}}': round(age)})
    return 0


if __name__ == "__main__":
    sys.exit(main())
