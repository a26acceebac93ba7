"""What can go wrong in the world, as exceptions. Only `infra.cli` catches them.

GovnetError
├── UsageError      the command cannot be meant (exit 2)
├── CloudError      a cloud refused, vanished or answered nonsense (exit 3)
├── EngineError     the Pulumi engine is missing or failed (exit 3)
├── LabError        the embedded cloud cannot be brought up or is somebody else's (exit 3)
├── PlaybookError   Ansible could not run or a host was unreachable (exit 3)
└── ProbeError      a probe could not be made, which is not the same as a denial (exit 3)
"""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of every command."""

    OK = 0
    INTERNAL = 1
    USAGE = 2
    UNCHECKED = 3
    VIOLATIONS = 4


class GovnetError(Exception):
    """Base of what the user sees as one Chinese sentence; `remedy` says what to do next."""

    exit_code: Exit = Exit.UNCHECKED

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class UsageError(GovnetError):
    exit_code = Exit.USAGE


class CloudError(GovnetError):
    """A cloud refused, vanished or answered nonsense."""


class EngineError(GovnetError):
    """The Pulumi engine is missing or failed."""


class LabError(GovnetError):
    """The embedded cloud cannot be brought up or belongs to another checkout."""


class PlaybookError(GovnetError):
    """Ansible could not run or a host was unreachable."""


class ProbeError(GovnetError):
    """A probe could not be made; never to be read as a denial."""
