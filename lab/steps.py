"""How the lab tells what it is doing. The command line draws it; nothing here knows of terminals."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol


class Steps(Protocol):
    """Where progress goes. Steps may overlap: services start side by side."""

    def step(self, title: str) -> AbstractContextManager[object]:
        """Show `title` with its elapsed time until the block ends; an exception marks it as failed."""

    def say(self, sentence: str) -> None:
        """Show one sentence that stays."""
