"""The chain that a keeper of logs writes (playbooks/files/govnet_logs/chain.py), judged away from it: by the key that it has from birth, and
by what was seen of it before. A keeper can neither forget a link that was seen nor write it anew.
"""

from __future__ import annotations

import hashlib
import json

from infra.signatures import is_by

PURPOSE = "govnet-logs"
"""For what a keeper's key signs its links."""

_START = "0" * 64


def problem(text: str, seen: str, key: str) -> str:
    """Why a chain is not to be believed, "" when it is. `seen`: the chain as it was last time; `key`: the keeper's public key, one line."""
    lines = text.splitlines()
    if not lines:
        return "链是空的，从未封存过"
    previous = _START
    for number, line in enumerate(lines, start=1):
        try:
            link = json.loads(line)
            signature, before, counted = link.pop("signature"), link["previous"], link["number"]
        except (ValueError, TypeError, KeyError, AttributeError):
            return f"链第 {number} 行读不懂"
        if (before, counted) != (previous, number):
            return f"链第 {number} 行接不上前一行"
        said = json.dumps(link, sort_keys=True, separators=(",", ":"))
        if not is_by(key, str(signature), said, PURPOSE):
            return f"链第 {number} 行的签名不是这台主机出生时的密钥的"
        previous = hashlib.sha256(line.encode()).hexdigest()
    return _forgotten(lines, seen.splitlines())


def _forgotten(lines: list[str], seen: list[str]) -> str:
    if len(lines) < len(seen):
        return f"上次见到 {len(seen)} 行，现在只有 {len(lines)} 行：链被截短了"
    if lines[: len(seen)] != seen:
        return "与上次见到的链不同：链被重写了"
    return ""
