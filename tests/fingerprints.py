"""Fingerprints of blueprints in what commands say: they differ after every change of the derivation, and goldens leave them out."""

from __future__ import annotations

import re

_SAID = re.compile(r"蓝图指纹 [0-9a-f]{64}（变更前 [0-9a-f]{12}…）")


def masked(said: str) -> str:
    """With both fingerprints of a summary left out; `AssertionError` when there is no summary to leave them out of."""
    left, found = _SAID.subn("蓝图指纹 …（变更前 …）", said)
    assert found == 1, f"{found} 处蓝图指纹"
    return left
