"""The blueprint as canonical JSON: the same facts give the same bytes, whatever the order of files."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict

from infra.blueprint.types import Blueprint


def canonical_json(blueprint: Blueprint) -> str:
    """Sorted keys, no blanks, readable Chinese, one newline at the end."""
    return json.dumps(asdict(blueprint), sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"


def digest(blueprint: Blueprint) -> str:
    """SHA-256 of the canonical JSON, in hex."""
    return hashlib.sha256(canonical_json(blueprint).encode()).hexdigest()
