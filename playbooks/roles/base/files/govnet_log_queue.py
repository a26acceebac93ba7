"""Tell how many bytes of logs wait on the disk for their keeper. Standard library alone: it runs on machines.

rsyslog deletes a file of its queue when it begins the next (8 MiB): one that has been sent stays, so that only more than that is a backlog.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path


def sizes(folder: Path) -> Iterator[int]:
    """Of every file of the queue to the keeper (rsyslog names them after it); one that has just been sent is gone, and waits no more."""
    for path in folder.glob("keeper*"):
        try:
            yield path.stat().st_size
        except FileNotFoundError:
            continue


def main() -> None:
    """`govnet_log_queue.py FOLDER METRICS`."""
    folder, metrics = map(Path, sys.argv[1:])
    draft = metrics.with_suffix(".draft")
    draft.write_text(f"govnet_log_queue_bytes {sum(sizes(folder))}\n", encoding="utf-8")
    draft.chmod(0o644)
    os.replace(draft, metrics)


if __name__ == "__main__":
    main()
