"""sites/<site>/legacy/*.yaml and legacy.lock: the department networks of before, which may only shrink."""

from __future__ import annotations

import hashlib
import json

from pydantic import Field

from infra.model.base import Cidr, Count, Day, Id, Model, Sha256, Text


class Sunset(Model):
    """How a legacy network ends (document 004, three (2) 2: 逐步取消)."""

    date: Day
    plan: Text


class LegacyNetwork(Model):
    """A department's own network. `budget`: yearly operation budget in yuan, which document 004 wants to be none."""

    id: Id
    title: Text
    department: Id
    owner: Text
    operator: Text
    built: Day
    ranges: tuple[Cidr, ...] = Field(min_length=1)
    connected_since: Day | None = None
    sunset: Sunset | None = None
    budget: Count = 0


class SealedNetwork(Model):
    """What the baseline says of a network that existed when the rule came."""

    id: Id
    department: Id
    built: Day
    ranges: tuple[Cidr, ...] = Field(min_length=1)


class SealedSite(Model):
    """A site's sealed entry; `seal` makes every change of it a deliberate one, `approval` is the act by which it was sealed."""

    networks: tuple[SealedNetwork, ...] = Field(min_length=1)
    seal: Sha256
    approval: Id


class LegacyLock(Model):
    """legacy.lock: one sealed entry a site of what existed on the day of the baseline."""

    baseline: Day
    sites: dict[Id, SealedSite] = Field(default_factory=dict)


def seal(networks: tuple[SealedNetwork, ...]) -> str:
    """SHA-256 over a site's sealed networks, independent of their order and of how they are written."""
    rows = sorted((row.model_dump(mode="json") for row in networks), key=lambda row: str(row["id"]))
    return hashlib.sha256(json.dumps(rows, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
