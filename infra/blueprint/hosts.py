"""The machines of a site, at the addresses that the ledger keeps for them, and who watches them."""

from __future__ import annotations

from collections.abc import Iterable

from infra import names
from infra.addressing.demand import machine_key, machines
from infra.blueprint.addresses import Addresses
from infra.blueprint.planned import HostLeg, HostPlan, LogPlan, MonitorTarget
from infra.blueprint.ways import Ways
from infra.model.enums import Capability, Protection, ZoneKind
from infra.model.estate import Estate, SiteEstate

NODE_EXPORTER = 9100
"""Port on which every machine tells its state."""

SYSLOG = 6514
"""Port on which logs are taken (syslog over TLS)."""


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
                    protection=tuple(sorted(row.value for row in Protection if row not in group.without)),
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
    monitor = first(site, here, Capability.MONITORING, ZoneKind.OPS_MGMT)
    rows = []
    for host in here:
        if host.service in watching:
            flows = _between(site, monitor, host, NODE_EXPORTER, ways)
            watched_by = monitor.id if monitor is not None else ""
            rows.append(MonitorTarget("node", host.id, NODE_EXPORTER, watched_by, flows, host.declared_by))
    return tuple(rows)


def logged(estate: Estate, site: SiteEstate, machines_here: Iterable[HostPlan], ways: Ways) -> tuple[LogPlan, ...]:
    """Every machine sends its logs to the site's log keeper in security management, for as long as that service says it keeps them."""
    here = list(machines_here)
    keeper = first(site, here, Capability.LOGGING, ZoneKind.SECURITY_MGMT)
    days = {row.id: row.log_days or 0 for row in estate.services_at(site)}
    rows = []
    for host in here:
        flows = _between(site, host, keeper, SYSLOG, ways)
        kept_by, keep_days = (keeper.id, days[keeper.service]) if keeper is not None else ("", 0)
        rows.append(LogPlan(host.id, kept_by, SYSLOG, keep_days, flows, host.declared_by))
    return tuple(rows)


def first(site: SiteEstate, here: Iterable[HostPlan], capability: Capability, kind: ZoneKind) -> HostPlan | None:
    """The machine that serves the whole site: the first by id that can, in a zone of the kind that may."""
    zones = {zone.id for zone in site.zones if zone.kind is kind}
    return next((row for row in here if row.capability == capability and row.zone_id in zones), None)


def _between(
    site: SiteEstate, source: HostPlan | None, target: HostPlan | None, port: int, ways: Ways
) -> tuple[str, ...]:
    if source is None or target is None:
        return ()
    return ways.flows((site.id, source.zone_id), (site.id, target.zone_id), "tcp", port, port)
