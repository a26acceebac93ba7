"""The small sound estate as a value, and variations of it."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import replace

from infra.findings import Where
from infra.model.estate import Estate, SiteEstate
from infra.model.ledger import Ledger
from infra.model.legacy import LegacyNetwork
from infra.model.tenant import Tenant
from infra.reading import read_estate
from tests.cases import SMALL


class Somewhere:
    """A locator for things that no file declares."""

    def where(self, reference: str, field: str = "") -> Where:
        return Where(reference, 0, field)

    def references(self) -> list[str]:
        return []

    def seal(self, reference: str) -> str | None:
        return ""

    def citing(self, reference: str) -> list[str]:
        return []


@functools.cache
def small() -> Estate:
    """tests/estates/small, read once; everything is somewhere, declared or made up by a test."""
    estate = read_estate(SMALL).estate
    assert estate is not None
    return replace(estate, locator=Somewhere())


def tenant(identity: str, hosts: int, **values: object) -> Tenant:
    """A tenant of Suqian in the public zone."""
    model = next(row for row in small().sites["suqian"].tenants if row.id == "suqian_renshe")
    return model.model_copy(update={"id": identity, "hosts": hosts, **values})


def suqian(tenants: Iterable[Tenant], legacy: Iterable[str] = ()) -> SiteEstate:
    """Suqian with an empty ledger, other tenants and, if ranges are given, one legacy network that has them."""
    site = small().sites["suqian"]
    network: LegacyNetwork = site.legacy[0].model_copy(update={"ranges": tuple(legacy)})
    empty = Ledger(site=site.id, sections={})
    return replace(site, tenants=tuple(tenants), legacy=(network,) if network.ranges else (), ledger=empty)
