"""What node_exporter is to tell: a file of its textfile collector, written whole."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def write(file: Path, values: Mapping[str, float]) -> None:
    """Gauges, by name with labels; those of one name stand together, as the format wants it."""
    lines, before = [], ""
    for told, value in sorted(values.items()):
        name = told.partition("{")[0]
        lines += [f"# TYPE {name} gauge"] if name != before else []
        lines.append(f"{told} {value}")
        before = name
    draft = file.with_suffix(".draft")
    draft.write_text("\n".join(lines) + "\n", encoding="utf-8")
    draft.chmod(0o644)
    os.replace(draft, file)
