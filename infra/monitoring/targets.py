"""What a site's monitor asks: every machine that is made, every service that a flow lets it ask, at the province every city's monitor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from infra.blueprint.hosts import NODE_EXPORTER
from infra.blueprint.made import address, made, ops_zone
from infra.blueprint.planned import HostPlan
from infra.blueprint.types import Blueprint, SitePlan
from infra.model.enums import Capability, Level
from infra.monitoring.duties import DUTIES, Answer, Duty

SSH, PROMETHEUS, ALERTMANAGER = 22, 9090, 9093
LOOPBACK = "127.0.0.1"
JOBS = ("node", "ssh", "service", "database", "self", "cloud", "trunk", "federate")
"""Every job has a file of targets, if only an empty one, so that a job that ends leaves nobody behind."""


@dataclass(frozen=True, slots=True)
class Target:
    """One question: `job` is how it is asked, `labels` say who it is about and stand on every alarm."""

    job: str
    address: str
    labels: Mapping[str, str]


def about(site: SitePlan, row: HostPlan) -> dict[str, str]:
    """The labels of a machine: its owner and operator are the posts of the service that declares it."""
    service = next(found for found in site.services if found.id == row.service)
    return {
        "site": site.id,
        "host": row.name,
        "capability": row.capability,
        "service": row.service,
        "owner": service.owner,
        "operator": service.operator,
    }


def targets(blueprint: Blueprint, site: SitePlan, monitor: HostPlan) -> tuple[Target, ...]:
    """Everything that this monitor asks. Planned machines would only be alarms."""
    return (
        *_machines(site, monitor),
        *_services(blueprint, site),
        *_itself(site, monitor),
        *_cloud(site),
        *(_cities(blueprint, site) if site.level is Level.PROVINCE else ()),
    )


def answered(site: SitePlan) -> Iterator[tuple[HostPlan, Duty]]:
    """The made machines of a site of which a capability's duty is known."""
    for row in site.hosts:
        if row.realised and (duty := DUTIES.get(Capability(row.capability))) is not None:
            yield row, duty


def passes(blueprint: Blueprint, site: SitePlan, row: HostPlan, port: int) -> bool:
    """Whether a flow lets the site's operations management ask a machine, at the zone it belongs to, on this port."""
    ends = (site.id, ops_zone(site)), (site.id, row.zone_id)
    return any(
        (permit.source, permit.target, permit.protocol) == (*ends, "tcp") and permit.port_min <= port <= permit.port_max
        for permit in blueprint.permits
    )


def _machines(site: SitePlan, monitor: HostPlan) -> Iterator[Target]:
    hosts = {row.id: row for row in site.hosts if row.realised}
    for target in site.targets:
        if target.watched_by == monitor.id and target.host_id in hosts:
            row = hosts[target.host_id]
            yield Target("node", f"{address(site, row)}:{NODE_EXPORTER}", about(site, row))
            yield Target("ssh", f"{address(site, row)}:{SSH}", about(site, row))


def _services(blueprint: Blueprint, site: SitePlan) -> Iterator[Target]:
    """Answers that the monitor may hear. A monitor's own are heard on the machine itself."""
    for row, duty in answered(site):
        for answer in duty.answers:
            if row.capability == Capability.MONITORING or passes(blueprint, site, row, answer.port):
                yield Target("service", f"{row.addresses.v4}:{answer.port}", {**about(site, row), **_asked(answer)})
        if duty.scraped and passes(blueprint, site, row, duty.scraped):
            yield Target("database", f"{row.addresses.v4}:{duty.scraped}", about(site, row))


def _asked(answer: Answer) -> dict[str, str]:
    """`__param_module`: how Prometheus names the way in which its prober asks."""
    return {"answers": answer.service, "__param_module": f"{answer.how}_answers"}


def _itself(site: SitePlan, monitor: HostPlan) -> Iterator[Target]:
    for place in (f"{monitor.addresses.v4}:{PROMETHEUS}", f"{LOOPBACK}:{ALERTMANAGER}"):
        yield Target("self", place, about(site, monitor))


def _cloud(site: SitePlan) -> Iterator[Target]:
    """The site's own cloud, told on the bastion: its APIs, its networks."""
    if site.platform is not None:
        labels = {"site": site.id, "host": site.platform.bastion.name, "capability": "cloud", "service": "cloud"}
        labels |= {"owner": site.owner, "operator": site.operator}
        yield Target("cloud", f"{site.platform.bastion.addresses.v4}:{NODE_EXPORTER}", labels)


def _cities(blueprint: Blueprint, province: SitePlan) -> Iterator[Target]:
    """The province's own operator keeps the trunks, and is who must know that a city has gone (document 004, three (2) 6)."""
    for city, row in _monitors(made(blueprint)):
        ends = (province.id, ops_zone(province)), (city.id, row.zone_id)
        if any((permit.source, permit.target, permit.port_min) == (*ends, PROMETHEUS) for permit in blueprint.permits):
            labels = {**about(city, row), "city": city.id, "operator": province.operator}
            for job in ("federate", "trunk"):
                yield Target(job, f"{row.addresses.v4}:{PROMETHEUS}", labels)


def _monitors(rows: Iterable[tuple[SitePlan, HostPlan]]) -> Iterator[tuple[SitePlan, HostPlan]]:
    for site, row in rows:
        if site.level is Level.CITY and row.capability == Capability.MONITORING:
            yield site, row
