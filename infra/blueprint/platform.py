"""The machines of a site that are made on its cloud, and the bastion from which they are administered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from infra import names
from infra.blueprint.addresses import Addresses, host
from infra.blueprint.planned import HostPlan
from infra.blueprint.security import group_of, rule_of
from infra.blueprint.types import MachinePlan, PlatformPlan, PortPlan, RulePlan
from infra.model.enums import ZoneKind
from infra.model.estate import SiteEstate

BASTION_HOST = 9
"""Number of the bastion in the network of operations management: before the probe and the machines."""

PACKAGES = 3142
"""TCP port at which the bastion's package cache answers (flow `packages` lets the other zones come to it)."""

METADATA = "169.254.169.254/32"
"""Where a machine asks for its keys and its name (RFC 3927 link-local; the address is the same on every OpenStack)."""

_BROADCAST, _ALL_DHCP_SERVERS = "255.255.255.255/32", "ff02::1:2/128"
_GROUP = names.group(names.MACHINES)
"""What every machine may do whatever its zone; all the rest is the zone's own group, by the standing flows."""


def platform(site: SiteEstate, addresses: Addresses, hosts: Iterable[HostPlan]) -> PlatformPlan | None:
    """What layer platform makes of a site; None where nothing is made, or nobody could administer it."""
    made = [row for row in hosts if row.realised]
    ops = next((zone for zone in site.zones if zone.kind is ZoneKind.OPS_MGMT and not zone.vpn), None)
    if not made or ops is None:
        return None
    bastion = PortPlan(
        id=names.BASTION,
        name=names.named(site.id, names.BASTION),
        network_id=names.network(ops.id),
        addresses=host(addresses.hosts(ops), BASTION_HOST),
        group_ids=(names.group(ops.id),),
    )
    return PlatformPlan(
        keypair_id=names.KEYPAIR,
        keypair_name=names.named(site.id, names.KEYPAIR),
        groups=(
            group_of(
                site,
                _GROUP,
                f"{site.entry.name}：平台主机取得地址和元数据",
                _birth(f"site:{site.id}"),
                f"site:{site.id}",
            ),
        ),
        bastion=bastion,
        machines=tuple(_machine(site, row) for row in made),
    )


def _machine(site: SiteEstate, row: HostPlan) -> MachinePlan:
    return MachinePlan(
        id=row.id,
        name=row.name,
        flavor_name=names.named(site.id, row.flavor_id),
        image_name=names.MACHINE_IMAGE,
        ports=tuple(
            PortPlan(
                id=names.machine_port(row.id, leg.zone_id),
                name=names.named(site.id, names.machine_port(row.id, leg.zone_id)),
                network_id=names.network(leg.zone_id),
                addresses=leg.addresses,
                group_ids=(_GROUP, names.group(leg.zone_id)),
            )
            for leg in row.legs
        ),
        declared_by=row.declared_by,
    )


def _birth(declared_by: str) -> Iterator[RulePlan]:
    """DHCP and metadata: OVN answers both itself, but lets no question through that no rule permits."""
    yield rule_of(_GROUP, "egress", "dhcp", "67/udp", 4, _BROADCAST, declared_by)
    yield rule_of(_GROUP, "egress", "dhcp", "547/udp", 6, _ALL_DHCP_SERVERS, declared_by)
    yield rule_of(_GROUP, "egress", "metadata", "80/tcp", 4, METADATA, declared_by)
