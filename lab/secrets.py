"""Passwords of one cloud: random, made once, kept in one file that only root reads."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from pathlib import Path

from infra.files import write_whole


class Secrets:
    """Named random words, remembered in a file; asking for a new name makes and stores one."""

    def __init__(self, file: Path, words: dict[str, str]) -> None:
        self._file = file
        self._words = words

    @classmethod
    def opened(cls, file: Path, names: Iterable[str]) -> Secrets:
        """The secrets in `file`, with every one of `names` present and on disk before anything uses it."""
        words: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
        missing = [name for name in names if name not in words]
        if missing:
            words |= {name: secrets.token_urlsafe(24) for name in missing}
            write_whole(file, json.dumps(words, indent=1, sort_keys=True) + "\n", mode=0o600)
        return cls(file, words)

    def __getitem__(self, name: str) -> str:
        return self._words[name]
