"""What the journal says of each copy, for Prometheus: told after every run, by the unit of the run itself."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from .journal import Record

LAST, GOOD, MOMENT = "govnet_backup_last_run_good", "govnet_backup_good_run_seconds", "govnet_backup_moment_seconds"
SIZE = "govnet_backup_bytes"


def metrics(records: Iterable[Record]) -> str:
    """The last run of each kind, source and place, the last good one, and the moment of the data in it."""
    told: dict[tuple[str, str], float] = {}
    for row in records:
        # The source's own check has a job and the keeper's has none: neither's good news may hide the other's bad.
        labels = (
            f'kind="{row["kind"]}",job_id="{row["job"]}",source="{Path(row["source"]).name}",place="{row["place"]}"'
        )
        told[LAST, labels] = float(row["result"] == "ok")
        if row["result"] == "ok":
            told[GOOD, labels] = datetime.fromisoformat(row["ended"]).timestamp()
            if row["kind"] == "copy":
                told[SIZE, labels] = float(row["bytes"])
                told[MOMENT, labels] = datetime.fromisoformat(row["moment"]).timestamp()
    return "".join(f"{name}{{{labels}}} {value:.0f}\n" for (name, labels), value in sorted(told.items()))


def main() -> int:
    """Exit code 1 when the journal cannot be read; what was told before stays, and grows old. Nothing has been run yet: nothing is told."""
    words = argparse.ArgumentParser(description=__doc__)
    for name in ("journal", "metrics"):
        words.add_argument(f"--{name}", required=True, type=Path)
    told = words.parse_args()
    try:
        lines = told.journal.read_text(encoding="utf-8").splitlines() if told.journal.exists() else []
        text = metrics(json.loads(line) for line in lines)
        draft = told.metrics.with_suffix(".draft")
        draft.write_text(text, encoding="utf-8")
        draft.chmod(0o644)
        os.replace(draft, told.metrics)
    except (OSError, ValueError, KeyError) as problem:
        print(f"备份的指标没有写成：{problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
