"""A machine whose creation ended in ERROR goes, so that the next preview makes it again; one that ever ran stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

import pytest

from infra.driver import stillborn
from infra.driver.stillborn import MACHINE, machines_of, remove_from_cloud
from infra.errors import CloudError
from infra.observing.api import Api


def server(identity: str, status: str, launched: str | None = None) -> dict[str, Any]:
    return {"id": identity, "status": status, "OS-SRV-USG:launched_at": launched}


class Cloud:
    """Shows one list after the other, and the last one again and again, less what was deleted."""

    def __init__(self, *lists: Sequence[dict[str, Any]]) -> None:
        self._lists: Iterator[Sequence[dict[str, Any]]] = iter(lists)
        self._last: Sequence[dict[str, Any]] = ()
        self.deleted: list[str] = []

    def list(self, service: str, path: str, key: str) -> Sequence[dict[str, Any]]:
        self._last = next(self._lists, self._last)
        return [row for row in self._last if f"/servers/{row['id']}" not in self.deleted]

    def delete(self, service: str, path: str) -> None:
        self.deleted.append(path)


def removed(cloud: Cloud, *machines: str) -> set[str]:
    return remove_from_cloud(cast("Api", cloud), machines, lambda _: None, pause=0)


def test_a_machine_that_never_ran_goes_and_all_others_stay() -> None:
    """One that failed after it had run may hold data, and a stranger's is a stranger's."""
    cloud = Cloud(
        [
            server("dead", "ERROR"),
            server("failed later", "ERROR", "2026-11-23T22:00:00"),
            server("running", "ACTIVE", "2026-11-23T22:00:00"),
            server("stranger", "ERROR"),
        ]
    )
    assert removed(cloud, "dead", "failed later", "running") == {"dead"}
    assert cloud.deleted == ["/servers/dead"]


def test_a_machine_in_the_making_is_waited_for() -> None:
    """What a killed run had asked for may still become a machine, or not."""
    cloud = Cloud([server("a", "BUILD"), server("b", "BUILD")], [server("a", "ACTIVE"), server("b", "ERROR")])
    assert removed(cloud, "a", "b") == {"b"}


def test_a_machine_that_is_never_finished_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting has an end."""
    monkeypatch.setattr(stillborn, "PATIENCE", 0.0)
    with pytest.raises(CloudError):
        removed(Cloud([server("a", "BUILD")]), "a")


def test_machines_are_found_in_a_state_by_their_type() -> None:
    """A stack that makes none, or that is not there, has none."""
    rows = [{"urn": "u", "id": "i", "type": MACHINE}, {"urn": "p", "id": "j", "type": "openstack:networking/port:Port"}]
    assert machines_of({"resources": rows}) == {"u": "i"}
    assert machines_of({"resources": None}) == machines_of({}) == {}
