"""Estate to blueprint. Every site that can be derived whole is; what keeps another from it is said as findings of that site."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from infra import names
from infra.addressing import ledger
from infra.addressing.demand import county_key, tenant_key, unit_key
from infra.blueprint import carriers, facilities, hosts, identity, operations, services
from infra.blueprint import platform as platforms
from infra.blueprint.addresses import Addresses
from infra.blueprint.carried import (
    TenantLabels,
    WaiverPlan,
)
from infra.blueprint.copies import Copies
from infra.blueprint.networks import SiteNetworks
from infra.blueprint.paths import needs, only_ipv4
from infra.blueprint.permits import crossing, permits
from infra.blueprint.security import Security, own_flows
from infra.blueprint.types import (
    Blueprint,
    LegacyPlan,
    SharePlan,
    SitePlan,
    TenantPlan,
    ZonePlan,
)
from infra.blueprint.ways import Ways
from infra.blueprint.works import works
from infra.codes import Code
from infra.findings import Finding
from infra.model.enums import SiteState, TenantState, ZoneKind
from infra.model.estate import Estate, SiteEstate
from infra.model.tenant import Tenant
from infra.model.zone import Zone

_ABSENT = frozenset({TenantState.APPLIED, TenantState.CLOSED})
"""States in which nothing of a tenant exists in the cloud."""


def compile_blueprint(estate: Estate) -> tuple[Blueprint, tuple[Finding, ...]]:
    """The blueprint of every site whose addresses are complete, and the findings of ledgers and lost peers."""
    findings: list[Finding] = []
    sites: dict[str, SiteEstate] = {}
    for site in estate.sites.values():
        said = list(ledger.check(estate, site))
        findings += said
        complete = _complete(site)
        if complete is not None:
            sites[site.id] = complete
    findings += _lost_peers(estate, sites)
    whole = replace(estate, sites=sites)
    rows = permits(whole)
    everybody = {site.id: Addresses(whole.pools, site) for site in sites.values()}
    security = Security(whole, everybody, rows)
    ways, only4 = needs(whole, rows), only_ipv4(rows)
    passing = Ways(rows)
    machines = {name: hosts.hosts(whole, site, everybody[name]) for name, site in sites.items()}
    copies = Copies(whole, machines, passing)
    plans = tuple(
        replace(
            _site(site, SiteNetworks(whole, site, everybody, ways, only4), security),
            services=services.at_site(whole, site, passing),
            facilities=facilities.at_site(site),
            hosts=machines[name],
            backups=copies.jobs(site),
            targets=hosts.watched(whole, site, machines[name], passing),
            logs=hosts.logged(whole, site, machines[name], passing),
            platform=platforms.platform(site, everybody[name], machines[name]),
            duty=operations.duty(whole, site),
            exercises=operations.exercises(whole, site),
        )
        for name, site in sorted(sites.items())
    )
    shared = carriers.backbone(whole), _waivers(whole), works(whole), operations.operations(whole)
    built = Blueprint(plans, rows, *shared)
    return built, tuple(sorted(findings, key=Finding.sort_key))


def _waivers(estate: Estate) -> tuple[WaiverPlan, ...]:
    return tuple(
        WaiverPlan(
            id=row.id,
            rule=row.rule,
            subject=row.subject,
            number="、".join(estate.approvals[approval].number for approval in row.approvals),
            expires=row.expires.isoformat(),
            declared_by=f"waiver:{row.id}",
        )
        for row in sorted(estate.waivers.values(), key=lambda row: row.id)
    )


def _complete(site: SiteEstate) -> SiteEstate | None:
    """The site without the tenants that have no addresses yet; `None` when its zones have none."""
    sections = site.ledger.sections
    given = {name: set(section.blocks) for name, section in sections.items()}
    needed = {("links", "border"), *(("border", f"router/{zone.id}") for zone in site.zones)}
    needed |= {(zone.id, "hosts") for zone in site.zones}
    public = next((zone.id for zone in site.zones if zone.kind is ZoneKind.PUBLIC_SHARED), "")
    needed |= {(public, county_key(row.id)) for row in site.counties if public}
    needed |= {(public, unit_key(row.department)) for row in site.units if public}
    if not all(key in given.get(section, ()) for section, key in needed):
        return None
    tenants = tuple(row for row in site.tenants if tenant_key(row.id) in given[row.zone] and row.state not in _ABSENT)
    return replace(site, tenants=tenants)


def _lost_peers(estate: Estate, sites: Mapping[str, SiteEstate]) -> Iterator[Finding]:
    """A registered site that could not be derived would look, to those it is wired to, as if it had left: their wires would go.

    So its peers are told to stand still. Cities are no peers of each other.
    """
    levels = {row.id: row.level for row in estate.province.sites if row.state is SiteState.OPEN}
    for lost in sorted(set(levels) - set(sites)):
        for peer in sorted(set(sites) & set(levels)):
            between = {flow.between for flow in estate.flows}
            pairs = ((levels[lost], levels[peer]), (levels[peer], levels[lost]))
            if any(crossing(way, *pair) for way in between for pair in pairs):
                message = f"对端站点 {lost} 推导不出来，变更会拆掉通往它的线路"
                right = f"先改好 sites/{lost}/"
                yield Finding(Code.PEER, estate.where(f"site:{peer}"), message, wrong=lost, right=right, site=peer)


def _site(site: SiteEstate, networks: SiteNetworks, security: Security) -> SitePlan:
    entry = site.entry
    return SitePlan(
        id=site.id,
        title=entry.name,
        slot=entry.slot,
        code=entry.code,
        level=entry.level,
        location=site.site.location,
        asn=names.asn(entry.code),
        cloud=identity.cloud(networks.estate, site, site.tenants, networks.wires(), networks.external()),
        identity=identity.identity(site, site.tenants),
        border=networks.border(),
        zones=tuple(sorted((_zone(site, zone, networks, security) for zone in site.zones), key=lambda plan: plan.id)),
        tenants=tuple(_tenant(site, tenant, networks, security) for tenant in site.tenants),
        legacy=tuple(
            LegacyPlan(
                id=row.id,
                site=site.id,
                title=row.title,
                department=row.department,
                owner=row.owner,
                operator=row.operator,
                ranges=tuple(sorted(row.ranges)),
                declared_by=f"legacy:{row.id}",
            )
            for row in site.legacy
        ),
        declared_by=f"site:{site.id}",
        connected=entry.state is SiteState.OPEN,
        data_center=site.site.data_center or "",
        owner=site.site.owner,
        operator=site.site.operator,
        counties=carriers.counties(site, networks.addresses),
        units=carriers.units(networks.estate, site, networks.addresses),
        vpns=carriers.vpns(networks.estate, site),
    )


def _zone(site: SiteEstate, zone: Zone, networks: SiteNetworks, security: Security) -> ZonePlan:
    return ZonePlan(
        id=zone.id,
        site=site.id,
        kind=zone.kind,
        title=zone.title,
        block=networks.addresses.block(zone),
        hosts=networks.addresses.hosts(zone),
        scopes=networks.scopes(zone),
        network=networks.zone_network(zone),
        wire=networks.wire(zone),
        router=networks.router(zone),
        group=security.zone_group(site, zone),
        probe=networks.probe(zone),
        declared_by=f"zone:{site.id}/{zone.id}",
    )


def _tenant(site: SiteEstate, tenant: Tenant, networks: SiteNetworks, security: Security) -> TenantPlan:
    zone = site.zone(tenant.zone)
    if zone is None:
        raise KeyError(tenant.zone)
    network_id, group_id = names.network(tenant.id), names.group(tenant.id)
    return TenantPlan(
        id=tenant.id,
        site=site.id,
        title=tenant.title,
        department=tenant.department,
        zone_id=zone.id,
        project_id=tenant.id,
        network=networks.tenant_network(zone, tenant.id),
        leg=networks.tenant_leg(zone, tenant.id),
        group=security.tenant_group(site, zone, tenant),
        flows=own_flows(tenant),
        zone_rules=security.zone_halves(site, zone, tenant),
        shares=(
            SharePlan(names.share(network_id, tenant.id), "network", network_id, tenant.id),
            SharePlan(names.share(group_id, tenant.id), "security_group", group_id, tenant.id),
        ),
        declared_by=f"tenant:{tenant.id}",
        labels=_labels(tenant),
    )


def _labels(tenant: Tenant) -> TenantLabels:
    mlps = tenant.mlps
    return TenantLabels(
        state=tenant.state.value,
        owner=tenant.owner,
        operator=tenant.operator,
        cio=tenant.cio or "",
        mlps_level=mlps.level,
        mlps_filing=mlps.filing or "",
        mlps_assessed=mlps.assessed.isoformat() if mlps.assessed else "",
        data_class=tenant.data_class.value,
        personal_data=tenant.personal_data,
        state_secret={True: "涉密", False: "不涉密", None: ""}[tenant.state_secret],
        backup=tenant.backup.value if tenant.backup else "",
        dr_class=tenant.dr_class or 0,
        project=tenant.project or "",
    )
