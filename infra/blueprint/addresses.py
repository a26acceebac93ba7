"""The addresses of one site, looked up once: plan and ledger together."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network

from infra.addressing import plan
from infra.addressing.demand import BORDER, HOSTS, LINKS, county_key, machines, router_key, tenant_key, unit_key
from infra.blueprint.types import Pair
from infra.model.enums import ZoneKind
from infra.model.estate import SiteEstate
from infra.model.ledger import Block
from infra.model.pool import Pools
from infra.model.zone import Zone


class Addresses:
    """Raises `KeyError` for what the ledger has not handed out; `ledger.check` has said so before."""

    def __init__(self, pools: Pools, site: SiteEstate) -> None:
        self._pools = pools
        self._site = site
        self._sections = site.ledger.sections
        self._known: dict[tuple[str, str], Pair] = {}  # routes and rules ask for the same few blocks thousands of times

    def block(self, zone: Zone) -> Pair:
        """All that is or will be addressed in a zone."""
        key = ("block", zone.id)
        if key not in self._known:
            self._known[key] = _pair(plan.zone_block(self._pools, zone, self._site.entry.slot))
        return self._known[key]

    def hosts(self, zone: Zone) -> Pair:
        """The zone's own network."""
        return self._given(zone.id, HOSTS)

    def tenant(self, zone_id: str, tenant_id: str) -> Pair:
        return self._given(zone_id, tenant_key(tenant_id))

    @property
    def has_public(self) -> bool:
        """Whether the site has a public zone."""
        return any(zone.kind is ZoneKind.PUBLIC_SHARED for zone in self._site.zones)

    def county(self, county_id: str) -> Pair:
        return self._public(county_key(county_id))

    def unit(self, department: str) -> Pair:
        return self._public(unit_key(department))

    def has(self, section: str, key: str) -> bool:
        """Whether the ledger has handed something out."""
        return section in self._sections and key in self._sections[section].blocks

    def machine(self, zone_id: str, key: str) -> Pair:
        """The single addresses of a planned machine in a zone."""
        return self._single(machines(zone_id), key)

    def border(self) -> Pair:
        return self._given(LINKS, BORDER)

    def router_on_border(self, zone: Zone) -> Pair:
        """The single addresses of a zone's router on the border."""
        return self._single(BORDER, router_key(zone.id))

    def wire(self, zone: Zone) -> Pair:
        return _pair(plan.wire_block(self._pools, zone))

    def router_on_wire(self, zone: Zone) -> Pair:
        key = ("wire", zone.id)
        if key not in self._known:
            self._known[key] = host(self.wire(zone), plan.wire_host(self._site.entry.slot))
        return self._known[key]

    def _public(self, key: str) -> Pair:
        """A block in the public zone, where counties and departments are connected."""
        zone = next(zone for zone in self._site.zones if zone.kind is ZoneKind.PUBLIC_SHARED)
        return self._given(zone.id, key)

    def _single(self, section: str, key: str) -> Pair:
        given = self._given(section, key)
        return Pair(given.v4.partition("/")[0], given.v6.partition("/")[0])

    def _given(self, section: str, key: str) -> Pair:
        block: Block = self._sections[section].blocks[key]
        return Pair(block.v4, block.v6)


def host(network: Pair, number: int) -> Pair:
    """The addresses with a host number in a network, the same number in both families."""
    return Pair(str(IPv4Network(network.v4)[number]), str(IPv6Network(network.v6)[number]))


def _pair(blocks: plan.Blocks) -> Pair:
    return Pair(str(blocks.v4), str(blocks.v6))
