"""Campaigns' figures: what is measured is what was there."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from infra.engine import ROOT
from tests import measuring
from tests.measuring import Memory, api_calls, counted


def test_memory_in_between_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The most that was in use, not what is left at the end."""
    left = iter([900 * 2**20, 500 * 2**20, 800 * 2**20])
    monkeypatch.setattr(measuring, "available", lambda: next(left))
    memory = Memory()
    pauses = iter([False, False, True])
    monkeypatch.setattr(memory._ended, "wait", lambda seconds: next(pauses))
    with memory:
        pass
    assert memory.most == 400


def test_calls_are_counted_by_service_and_method(tmp_path: Path) -> None:
    assert api_calls(tmp_path) == Counter()
    log = "GET /networking/v2.0/ports\nGET /networking/v2.0/networks\nPOST /identity/v3/auth/tokens\nGET /\n"
    (tmp_path / "api-calls.log").write_text(log, encoding="utf-8")
    assert api_calls(tmp_path) == {"networking GET": 2, "identity POST": 1, " GET": 1}


def test_the_gateway_of_a_campaign_writes_down_every_call() -> None:
    """The line that is replaced is there, and what stands in its place is inside the same text."""
    source = (ROOT / "lab" / "services" / "gateway.py").read_text(encoding="utf-8")
    changed = counted(source)
    compile(changed, "gateway.py", "exec")
    assert "access_log off" not in changed
    with pytest.raises(ValueError, match="not exactly one line"):
        counted(changed)
