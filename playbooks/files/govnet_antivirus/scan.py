"""Look through this machine for viruses. Whatever is found is told to the log, to the metrics, and by a failed unit; nothing is deleted."""

from __future__ import annotations

import argparse
import re
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from .metrics import write
from .sets import scan
from .shelf import current

_FOUND = re.compile(r"(/.*): (\S+) FOUND")
_ERROR = re.compile(r"(/.*): .*ERROR")
_COUNT = re.compile(r"Scanned files: (\d+)")


@dataclass
class Seen:
    """How a scan went: how many files it looked at, path → virus, and files that it could not read although they are there."""

    files: int = 0
    infected: dict[str, str] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Something was looked at, all of it, and nothing found."""
        return self.files > 0 and not self.infected and not self.unread


def read(said: str) -> Seen:
    """What clamscan said. Files that vanished while it ran are no fault of anybody's."""
    seen = Seen()
    for line in said.splitlines():
        if found := _FOUND.fullmatch(line):
            seen.infected[found[1]] = found[2]
        elif (error := _ERROR.fullmatch(line)) and Path(error[1]).exists():
            seen.unread.append(error[1])
        elif count := _COUNT.fullmatch(line):
            seen.files = int(count[1])
    return seen


def main() -> int:
    """Exit code 1 when something was found or not everything was looked at; the log says what."""
    words = argparse.ArgumentParser(description=__doc__)
    for name in ("home", "metrics"):
        words.add_argument(f"--{name}", required=True, type=Path)
    words.add_argument("--without", action="append", default=[], help="folder that is left out")
    words.add_argument("paths", nargs="+")
    told = words.parse_args()
    folder = current(told.home)
    if folder is None:
        print("<3>没有病毒特征库，没有查毒", file=sys.stderr)
        return 1
    left_out = [f"--exclude-dir=^{re.escape(path)}" for path in told.without]
    done = scan(folder, "--recursive", "--cross-fs=no", *left_out, *told.paths)
    seen = read(done.stdout)
    for path, virus in seen.infected.items():
        print(f"<2>发现 {virus}：{path}")
    for path in seen.unread:
        print(f"<3>没能查看 {path}")
    print(f"查毒：看了 {seen.files} 个文件，发现 {len(seen.infected)} 个，{len(seen.unread)} 个没能查看")
    if not seen.files:
        print(f"<3>什么也没有看到：{done.stderr.strip()[-200:]}", file=sys.stderr)
    write(
        told.metrics,
        {
            "govnet_scan_infected_files": len(seen.infected),
            "govnet_scan_unread_files": len(seen.unread),
            "govnet_scan_files": seen.files,
            "govnet_scan_ended_timestamp_seconds": round(time.time()),
        },
    )
    return 0 if seen.good else 1


if __name__ == "__main__":
    sys.exit(main())
