"""Fingerprints of this machine's files: sealed when it has been configured, compared by the clock. Standard library and aide.

Whoever owns the machine can seal anew what he has changed. Therefore a seal's own fingerprint, and what differed from the one before, go to
the log and to who ordered it, and a comparison says against which seal it compared.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import syslog
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SHOWN = 50
"""Files that are told one by one; of more than that the number."""

_ERRORS = 14
"""From here on aide's exit codes are errors; below they say what kind of differences there are."""


class Failed(Exception):
    """Nothing was compared or sealed; the words say why."""


def aide(action: str, config: Path) -> dict[str, Any]:
    """What aide reports. Raises `Failed` when it could not do it, or looked at nothing."""
    done = subprocess.run(
        ["aide", f"--config={config}", f"--{action}"], capture_output=True, text=True, check=False, errors="replace"
    )
    if done.returncode >= _ERRORS:
        raise Failed(f"aide --{action}（退出码 {done.returncode}）：{done.stderr.strip()[-200:]}")
    report: dict[str, Any] = json.loads(done.stdout)
    if not report["number_of_entries"]["total"]:
        raise Failed("没有一个文件可比")
    return report


def differences(report: Mapping[str, Any]) -> list[str]:
    """What differs, in words: one line a file."""
    kinds = (("added", "新增"), ("removed", "缺少"), ("changed", "改动"))
    return [f"{word} {path}" for kind, word in kinds for path in sorted(report.get(kind, {}))]


def fingerprint(database: Path) -> str:
    """sha256 of a seal."""
    return hashlib.sha256(database.read_bytes()).hexdigest()


def seal(config: Path, state: Path) -> dict[str, Any]:
    """Seal what is there now, unless it is what was sealed: `changed`, `seal` (its fingerprint), `files`, `differing`. Raises `Failed`."""
    database = state / "aide.db"
    differing = []
    if database.exists():
        report = aide("check", config)
        differing = differences(report)
    if not database.exists() or differing:
        report = aide("init", config)
        os.replace(state / "aide.db.new", database)
        for line in shown(differing):
            syslog.syslog(syslog.LOG_NOTICE, f"重新登记前与上次登记不同：{line}")
        syslog.syslog(
            syslog.LOG_NOTICE, f"登记 {report['number_of_entries']['total']} 个文件的指纹，{fingerprint(database)}"
        )
        changed = True
    else:
        changed = False
    return {
        "changed": changed,
        "seal": fingerprint(database),
        "files": report["number_of_entries"]["total"],
        "differing": differing[:SHOWN],
    }


def check(config: Path, state: Path, metrics: Path) -> bool:
    """Compare what is there with what was sealed, and tell; whether nothing differs. Raises `Failed`."""
    database = state / "aide.db"
    if not database.exists():
        raise Failed("还没有登记过，先 govnet configure 本机")
    report = aide("check", config)
    differing = differences(report)
    for line in shown(differing):
        print(f"<2>{line}")
    print(
        f"比对 {report['number_of_entries']['total']} 个文件，{len(differing)} 个与登记不同；登记的指纹 {fingerprint(database)}"
    )
    tell(
        metrics,
        {
            "govnet_integrity_changed_files": len(differing),
            "govnet_integrity_ended_timestamp_seconds": round(time.time()),
        },
    )
    return not differing


def shown(differing: list[str]) -> list[str]:
    """As many as anybody reads."""
    more = len(differing) - SHOWN
    return differing[:SHOWN] + ([f"还有 {more} 个"] if more > 0 else [])


def tell(file: Path, values: Mapping[str, float]) -> None:
    """For node_exporter's textfile collector, written whole."""
    draft = file.with_suffix(".draft")
    draft.write_text(
        "".join(f"# TYPE {name} gauge\n{name} {value}\n" for name, value in values.items()), encoding="utf-8"
    )
    draft.chmod(0o644)
    os.replace(draft, file)


def main() -> int:
    """Exit code 1 when something differs from the seal, or nothing could be compared."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("action", choices=("seal", "check"))
    for name in ("config", "state"):
        words.add_argument(f"--{name}", required=True, type=Path)
    words.add_argument("--metrics", type=Path)
    told = words.parse_args()
    try:
        if told.action == "seal":
            print(json.dumps(seal(told.config, told.state), ensure_ascii=False))
            return 0
        return 0 if check(told.config, told.state, told.metrics) else 1
    except (Failed, OSError, ValueError) as problem:
        print(f"<3>文件指纹：{problem}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
