"""The bastions stand for as long as somebody works from them, whatever becomes of the switch."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from infra.errors import ProbeError
from lab import bastion, foot


class Switch:
    """A switch that can be made to die; `stood` are the runs of it on which the bastions were put down."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.run: str | None = "1"
        self.stood: list[str] = []
        self.refusals = 0
        monkeypatch.setattr(foot, "switch", self.answer)
        monkeypatch.setattr(bastion, "stand", self.stand)
        monkeypatch.setattr(bastion, "LOOK", 0.01)

    def answer(self) -> str:
        if self.run is None:
            raise ProbeError("内置云的交换机没有在运行。")
        return self.run

    def stand(self, bastions: object) -> None:
        if self.refusals:
            self.refusals -= 1
            raise ProbeError("内置云的虚拟网络没有应答")
        self.stood.append(self.answer())


@pytest.fixture
def switch(monkeypatch: pytest.MonkeyPatch) -> Switch:
    return Switch(monkeypatch)


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_bastions_are_put_on_the_next_switch_also_at_the_second_try(switch: Switch) -> None:
    """It dies, is away for a while, comes back as another, and refuses once; after the block nobody looks any more."""
    before = threading.active_count()
    with bastion.standing({}):
        assert switch.stood == ["1"]
        switch.run = None
        time.sleep(0.1)
        switch.refusals = 1
        switch.run = "2"
        until(lambda: switch.stood == ["1", "2"])
        switch.run = "3"
        until(lambda: switch.stood == ["1", "2", "3"])
    switch.run = "4"
    time.sleep(0.1)
    assert switch.stood == ["1", "2", "3"]
    assert threading.active_count() == before


def test_a_switch_that_is_dead_from_the_start_is_said(switch: Switch) -> None:
    """Nothing is begun from a bastion that never stood."""
    switch.run = None
    with pytest.raises(ProbeError, match="没有在运行"), bastion.standing({}):
        raise AssertionError("the block ran")
