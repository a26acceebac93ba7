"""What the engine says while it works (one JSON object a line), condensed to what a person wants to know."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_COLOR = re.compile(r"<\{%.*?%\}>")
_WRAPPING = re.compile(r"^\S+\.go:\d+: sdk\.\S+: |^\d+ errors? occurred:\s+\* |: provider=openstack@[\d.]+$")
"""What the provider's libraries put around a message."""
_PAGE = re.compile(r"<html>.*?<title>(.*?)</title>.*?</html>", re.DOTALL)
_ECHO = ("update failed", "preview failed", "expected resource operations for ")
"""Beginnings of what the engine says only because something else went wrong before."""
_UNCHANGED = ("same", "read")


@dataclass
class Watch:
    """What has been heard of one run of the engine so far.

    `changes`: operation → number of resources, from the engine's summary. `seen`: resources looked at so far, `done`: changed so far.
    `problems`: what the engine or the program called an error; `echoes`: errors that only follow from others; `violations`: what
    mandatory policies refused.
    """

    changes: dict[str, int] = field(default_factory=dict)
    seen: int = 0
    done: int = 0
    current: str = ""
    problems: list[str] = field(default_factory=list)
    echoes: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    finished: bool = False

    def take(self, line: str) -> bool:
        """Take in one line of output; says whether it was an event worth keeping in a log."""
        try:
            event = json.loads(line)
        except ValueError:
            return bool(line.strip())
        if not isinstance(event, dict):
            return True
        if diagnostic := event.get("diagnosticEvent"):
            return self._take_diagnostic(diagnostic)
        if policy := event.get("policyEvent"):
            self._take_policy(policy)
        elif before := event.get("resourcePreEvent"):
            if before["metadata"]["op"] not in _UNCHANGED:
                self.current = last_name(before["metadata"]["urn"])
        elif after := event.get("resOutputsEvent"):
            self.seen += 1
            if after["metadata"]["op"] not in _UNCHANGED:
                self.done += 1
        elif summary := event.get("summaryEvent"):
            self.finished = True
            self.changes = {
                op: n for op, n in (summary.get("resourceChanges") or {}).items() if op not in _UNCHANGED and n
            }
        return True

    def _take_diagnostic(self, diagnostic: Mapping[str, Any]) -> bool:
        severity = diagnostic.get("severity")
        if severity == "debug" or diagnostic.get("ephemeral"):
            return False
        text = plain(diagnostic.get("message", ""))
        said = _about(diagnostic.get("urn", ""), text)
        if severity in ("error", "info#err"):
            heard = self.echoes if text.startswith(_ECHO) else self.problems
            if said not in heard:
                heard.append(said)
        elif severity == "warning":
            self.warnings.append(said)
        return True

    def _take_policy(self, policy: Mapping[str, Any]) -> None:
        said = _about(policy.get("resourceUrn", ""), plain(policy.get("message", "")))
        if policy.get("enforcementLevel") == "mandatory":
            self.violations.append(said)
        else:
            self.warnings.append(said)


def plain(text: str) -> str:
    """An engine message without colour marks, and without what libraries and web servers wrap around it."""
    text = _PAGE.sub(r"\1", _COLOR.sub("", text)).strip()
    while (bare := _WRAPPING.sub("", text).strip()) != text:
        text = bare
    return text


def _about(urn: str, text: str) -> str:
    name = last_name(urn)
    return f"{name}: {text}" if name else text


def last_name(urn: str) -> str:
    """The logical name at the end of a URN; empty for none, and for the stack itself."""
    return "" if "::pulumi:pulumi:Stack::" in urn else urn.rpartition("::")[2]
