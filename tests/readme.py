"""The commands that the two READMEs tell people to type."""

from __future__ import annotations

import re
from pathlib import Path

from infra.engine import ROOT

ENGLISH = ROOT / "README.md"
CHINESE = ROOT / "README.zh-CN.md"


def commands(readme: Path) -> list[str]:
    """Every command in a ```sh block, in order, without its comment."""
    blocks = re.findall(r"^```sh\n(.*?)^```", readme.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    lines = [line.split("  #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line]


def links(document: Path) -> list[str]:
    """Every relative link of a document."""
    return re.findall(r"\]\((?!https?:)([^)#]+)\)", document.read_text(encoding="utf-8"))
