"""Platforms to what each site has of them."""

from __future__ import annotations

from infra.blueprint.carried import HopPlan, MachineGroupPlan, ServicePlan
from infra.model.estate import Estate, SiteEstate
from infra.model.service import Machines, Service


def at_site(estate: Estate, site: SiteEstate) -> tuple[ServicePlan, ...]:
    """The services of a site's level; one that lives in a VPN instance only where that instance is opened."""
    opened = {vpn.id for vpn in estate.vpns if site.id in vpn.opened}
    rows = [row for row in estate.services if site.entry.level in row.levels and (row.vpn is None or row.vpn in opened)]
    return tuple(_service(row, site) for row in sorted(rows, key=lambda row: row.id))


def _service(row: Service, site: SiteEstate) -> ServicePlan:
    groups = [_machines(row, machines, site) for machines in row.machines]
    return ServicePlan(
        id=row.id,
        title=row.title,
        covers=tuple(sorted(row.covers)),
        owner=row.owner,
        operator=row.operator,
        mlps_level=row.mlps_level,
        data_class=row.data_class.value,
        backup=row.backup.value,
        dr_class=row.dr_class,
        monitored=row.monitored,
        catalogue=row.catalogue,
        vpn=row.vpn or "",
        machines=tuple(group for group in groups if group is not None),
        hops=tuple(
            HopPlan(str(step.source), str(step.target), tuple(sorted(step.ports)), step.purpose) for step in row.flows
        ),
        declared_by=f"service:{row.id}",
    )


def _machines(row: Service, machines: Machines, site: SiteEstate) -> MachineGroupPlan | None:
    """Machines in the site's zone of that kind; none where a site does without the zone."""
    wanted = f"vpn_{row.vpn}" if row.vpn else ""
    zones = [zone for zone in site.zones if zone.kind is machines.zone]
    zone = next((zone for zone in zones if zone.id == wanted), next((zone for zone in zones if not zone.vpn), None))
    if zone is None:
        return None
    return MachineGroupPlan(zone.id, machines.capability.value, machines.count, machines.arch.value, machines.flavor)
