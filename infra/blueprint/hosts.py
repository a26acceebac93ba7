"""The machines of a site, at the addresses that the ledger keeps for them, and who watches them."""

from __future__ import annotations

from collections.abc import Iterable

from infra import names
from infra.addressing.demand import machine_key, machines
from infra.blueprint.addresses import Addresses
from infra.blueprint.planned import HostLeg, HostPlan, MonitorTarget
from infra.blueprint.ways import Ways
from infra.model.enums import Capability, ZoneKind
from infra.model.estate import Estate, SiteEstate

NODE_EXPORTER = 9100
"""Port on which every machine tells its state."""


def hosts(estate: Estate, site: SiteEstate, addresses: Addresses) -> tuple[HostPlan, ...]:
    """Every machine of every service of the site that has its addresses; what is missing has been said by `ledger.check`."""
    rows = []
    for service, group, zones in estate.machines_at(site):
        for serial in range(1, group.count + 1):
            key = machine_key(service.id, group.capability, serial)
            if not all(addresses.has(machines(zone.id), key) for zone in zones):
                continue
            identity = names.host(service.id, group.capability, serial)
            rows.append(
                HostPlan(
                    id=identity,
                    name=names.named(site.id, identity),
                    site=site.id,
                    service=service.id,
                    capability=group.capability.value,
                    arch=group.arch.value,
                    flavor_id=group.flavor,
                    legs=tuple(HostLeg(zone.id, addresses.machine(zone.id, key)) for zone in zones),
                    realised=site.id in group.realised,
                    declared_by=f"service:{service.id}",
                )
            )
    return tuple(sorted(rows, key=lambda row: row.id))


def watched(
    estate: Estate, site: SiteEstate, machines_here: Iterable[HostPlan], ways: Ways
) -> tuple[MonitorTarget, ...]:
    """A target for every machine of every service that is monitored, asked by the site's own monitor in operations management."""
    here = list(machines_here)
    watching = {row.id for row in estate.services_at(site) if row.monitored}
    monitor = _monitor(site, here)
    rows = []
    for host in here:
        if host.service in watching:
            flows: tuple[str, ...] = ()
            if monitor is not None:
                source, target = (site.id, monitor.zone_id), (site.id, host.zone_id)
                flows = ways.flows(source, target, "tcp", NODE_EXPORTER, NODE_EXPORTER)
            watched_by = monitor.id if monitor is not None else ""
            rows.append(MonitorTarget("node", host.id, NODE_EXPORTER, watched_by, flows, host.declared_by))
    return tuple(rows)


def _monitor(site: SiteEstate, here: Iterable[HostPlan]) -> HostPlan | None:
    """The first of the site's monitors in operations management: from there alone everybody may be asked."""
    zones = {zone.id for zone in site.zones if zone.kind is ZoneKind.OPS_MGMT}
    return next((row for row in here if row.capability == Capability.MONITORING and row.zone_id in zones), None)
