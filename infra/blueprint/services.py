"""Platforms to what each site has of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from infra.blueprint.carried import HopPlan, MachineGroupPlan, ProductPlan, ServicePlan
from infra.blueprint.ways import Ways
from infra.model.base import port_range
from infra.model.enums import Level, ZoneKind
from infra.model.estate import Estate, SiteEstate
from infra.model.service import Machines, Service, Step


def at_site(estate: Estate, site: SiteEstate, ways: Ways) -> tuple[ServicePlan, ...]:
    """The services that run at a site, by id."""
    groups: dict[str, list[MachineGroupPlan]] = defaultdict(list)
    for service, group, zones in estate.machines_at(site):
        made_of = _made_of(estate, group)
        plan = MachineGroupPlan(
            zones[0].id, group.capability.value, group.count, group.arch.value, group.flavor, made_of
        )
        groups[service.id].append(plan)
    return tuple(_service(row, groups[row.id], site, ways) for row in estate.services_at(site))


def _made_of(estate: Estate, group: Machines) -> tuple[ProductPlan, ...]:
    """The registered products of a group of machines; that one is not registered has been said when the estate was read."""
    if estate.products is None:
        return ()
    known = {row.id: row for row in estate.products.products}
    wanted = estate.products.of(group).items()
    return tuple(
        ProductPlan(kind.value, row.id, row.title, row.domestic, row.basis or "")
        for kind, identity in wanted
        if (row := known.get(identity)) is not None
    )


def _service(row: Service, groups: Iterable[MachineGroupPlan], site: SiteEstate, ways: Ways) -> ServicePlan:
    return ServicePlan(
        id=row.id,
        title=row.title,
        covers=tuple(sorted(row.covers)),
        owner=row.owner,
        operator=_operator(row, site),
        project=row.project or "",
        mlps_level=row.mlps_level,
        mlps_filing=row.mlps_filing or "",
        mlps_assessed=row.mlps_assessed.isoformat() if row.mlps_assessed else "",
        data_class=row.data_class.value,
        backup=row.backup.value,
        dr_class=row.dr_class,
        monitored=row.monitored,
        catalogue=row.catalogue,
        vpn=row.vpn or "",
        machines=tuple(groups),
        hops=tuple(_hop(row, step, site, ways) for step in row.flows),
        declared_by=f"service:{row.id}",
    )


def _operator(row: Service, site: SiteEstate) -> str:
    """What stands in a city its own operations centre runs (document 004, three (2) 6: 各设区市负责市级及以下运维)."""
    return site.site.operator if site.entry.level is Level.CITY else row.operator


def _hop(service: Service, step: Step, site: SiteEstate, ways: Ways) -> HopPlan:
    """A hop with the standing flows that let all its ports through; from the internet itself there is none."""
    source = site.zone_for(service, step.source) if isinstance(step.source, ZoneKind) else None
    target = site.zone_for(service, step.target)
    flows: tuple[str, ...] = ()
    if source is not None and target is not None:
        ends = (site.id, source.id), (site.id, target.id)
        wanted = [port_range(ports) for ports in step.ports]
        passing = [ways.flows(*ends, protocol, low, high) for protocol, low, high in wanted]
        flows = tuple(sorted({flow for row in passing for flow in row})) if all(passing) else ()
    return HopPlan(
        str(step.source), str(step.target), tuple(sorted(step.ports)), step.purpose, flows, f"service:{service.id}"
    )
