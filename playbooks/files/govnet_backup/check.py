"""Read back every byte of this machine's copies and check it with the key: also what hangs together must, not only each file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from . import restic
from .journal import Failed, recorded


def main() -> int:
    """Exit code 1 when the repository is not sound; the journal says what restic said."""
    words = argparse.ArgumentParser(description=__doc__)
    for name in ("job", "source", "place"):
        words.add_argument(f"--{name}", required=True)
    words.add_argument("--journal", required=True, type=Path)
    told = words.parse_args()
    try:
        about = {"kind": "check", "job": told.job, "source": told.source, "place": told.place}
        with recorded(told.journal, restic.secrets(), **about) as record:
            record["snapshot"] = restic.newest()["id"]
            restic.ask("check", "--read-data")
    except (Failed, OSError) as problem:
        print(f"检查没有通过：{problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
