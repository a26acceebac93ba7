"""Who is backed up where: a job for everything that keeps data, by construction.

A local copy for everybody; for the off-site classes a copy at each site that keeps this site's copies (`copies_at` in site.yaml: the
province's centre, and the partner of a mutual pair). What a class demands is from GB/T 22239 (local copies at every level, off-site in
batches at level 2, at once at level 3); what a DR class demands is from GB/T 20988-2007, the widest that its class allows.

A machine that keeps no data is made again from the declarations, so those are backed up too, and with them the deployment state of each
site. Both weigh as much as the weightiest thing that they describe.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from infra.blueprint.hosts import first
from infra.blueprint.planned import DECLARATIONS, STATE, BackupJobPlan, CopyPlan, HostPlan, RestorePlan
from infra.blueprint.ways import Ways
from infra.model.enums import BackupClass, Capability, Level, Takes, ZoneKind
from infra.model.estate import Estate, SiteEstate
from infra.model.service import Service
from infra.model.tenant import Tenant

HOUR = 60
DAY = 24 * HOUR
KEEP_DAYS_LOCAL, KEEP_DAYS_OFFSITE = 30, 180
"""How long copies stay. The documents name no number: ours, the second as long as logs stay (Cybersecurity Law, article 21)."""

TARGETS: Mapping[int, tuple[int, int]] = {
    1: (7 * DAY, 7 * DAY),
    2: (7 * DAY, 3 * DAY),
    3: (DAY, 2 * DAY),
    4: (DAY, 2 * DAY),
    5: (30, 2 * DAY),
    6: (0, 10),
}
"""DR class → RPO and RTO in minutes (GB/T 20988-2007, annex). The RTO of classes 1 to 3 and 6 has no number there: these are ours."""

_CLASS_OF_LEVEL = {1: BackupClass.LOCAL, 2: BackupClass.OFFSITE_BATCH, 3: BackupClass.OFFSITE_REALTIME}
_DR_CLASS = {BackupClass.LOCAL: 1, BackupClass.OFFSITE_BATCH: 3, BackupClass.OFFSITE_REALTIME: 4}


class Copies:
    """Derives the jobs of all sites; built once, because a copy goes to another site. `hosts`: the machines of every site."""

    def __init__(self, estate: Estate, hosts: Mapping[str, tuple[HostPlan, ...]], ways: Ways) -> None:
        self.estate = estate
        self.hosts = hosts
        self.ways = ways
        self._for_copies = {flow.id for flow in estate.flows if flow.target == (ZoneKind.DR_BACKUP,)}
        """Standing flows that lead to backup zones alone: what leads to every zone is for administering and watching machines."""
        self._keepers = {
            name: first(site, hosts[name], Capability.BACKUP, ZoneKind.DR_BACKUP) for name, site in estate.sites.items()
        }

    def jobs(self, site: SiteEstate) -> tuple[BackupJobPlan, ...]:
        """The jobs of a site: its machines that keep data, its tenants, its deployment; at the province also the declarations of all."""
        services = {row.id: row for row in self.estate.services_at(site)}
        rows = [
            self._of_host(site, host, services[host.service])
            for host in self.hosts[site.id]
            if Capability(host.capability).keeps_data
        ]
        rows += [self._of_tenant(site, tenant) for tenant in site.tenants]
        rows.append(self._of_knowledge(site, STATE, Takes.STATE, (site,), f"site:{site.id}"))
        if site.entry.level is Level.PROVINCE:
            everybody, reference = self.estate.sites.values(), f"province:{self.estate.province.id}"
            rows.append(self._of_knowledge(site, DECLARATIONS, Takes.DECLARATIONS, everybody, reference))
        return tuple(sorted(rows, key=lambda row: row.id))

    def _of_host(self, site: SiteEstate, host: HostPlan, service: Service) -> BackupJobPlan:
        rpo, rto = TARGETS[service.dr_class]
        return BackupJobPlan(
            id=f"{host.id}-backup",
            source=host.id,
            zone_id=host.zone_id,
            takes=(Takes.DATABASE if host.capability == Capability.DATABASE else Takes.FILES).value,
            backup=service.backup.value,
            mlps_level=service.mlps_level,
            rpo_minutes=rpo,
            rto_minutes=rto,
            copies=tuple(self._copies(site, service.backup, rpo, host.zone_id)),
            restored=_last_restore(site, host.declared_by),
            declared_by=host.declared_by,
        )

    def _of_tenant(self, site: SiteEstate, tenant: Tenant) -> BackupJobPlan:
        """What a tenant has not said follows from its level."""
        backup = tenant.backup or _CLASS_OF_LEVEL[tenant.mlps.level]
        rpo, rto = TARGETS[tenant.dr_class or _DR_CLASS[backup]]
        return BackupJobPlan(
            id=f"{tenant.id}-backup",
            source=tenant.id,
            zone_id="",
            takes=Takes.VOLUMES.value,
            backup=backup.value,
            mlps_level=tenant.mlps.level,
            rpo_minutes=rpo,
            rto_minutes=rto,
            copies=tuple(self._copies(site, backup, rpo, "")),
            restored=_last_restore(site, f"tenant:{tenant.id}"),
            declared_by=f"tenant:{tenant.id}",
        )

    def _of_knowledge(
        self, site: SiteEstate, source: str, takes: Takes, about: Collection[SiteEstate], reference: str
    ) -> BackupJobPlan:
        """What is known about sites, kept where their operators work."""
        levels = [row.mlps_level for there in about for row in self.estate.services_at(there)]
        levels += [row.mlps.level for there in about for row in there.tenants]
        level = max(levels, default=1)
        backup = _CLASS_OF_LEVEL[level]
        rpo, rto = TARGETS[_DR_CLASS[backup]]
        zone_id = next((zone.id for zone in site.zones if zone.kind is ZoneKind.OPS_MGMT), "")
        return BackupJobPlan(
            id=f"{source}-backup",
            source=source,
            zone_id=zone_id,
            takes=takes.value,
            backup=backup.value,
            mlps_level=level,
            rpo_minutes=rpo,
            rto_minutes=rto,
            copies=tuple(self._copies(site, backup, rpo, zone_id)),
            restored=_last_restore(site, reference),
            declared_by=reference,
        )

    def _copies(self, site: SiteEstate, backup: BackupClass, rpo: int, zone_id: str) -> Iterator[CopyPlan]:
        batch = min(DAY, rpo)
        yield self._copy(site, site, zone_id, batch, KEEP_DAYS_LOCAL)
        if backup is BackupClass.LOCAL:
            return
        every = 0 if backup is BackupClass.OFFSITE_REALTIME else batch
        keeper = self._keepers[site.id]
        for name in site.site.copies_at:
            there = self.estate.sites.get(name)
            if there is not None:
                yield self._copy(site, there, keeper.zone_id if keeper else "", every, KEEP_DAYS_OFFSITE)

    def _copy(self, site: SiteEstate, there: SiteEstate, zone_id: str, every: int, keep_days: int) -> CopyPlan:
        """A copy sent from a zone of one site to the keeper of another (or the same)."""
        keeper = self._keepers[there.id]
        ways = self.ways.permits((site.id, zone_id), (there.id, keeper.zone_id)) if keeper is not None else ()
        permits = [row for row in ways if row.flow in self._for_copies]
        return CopyPlan(
            site=there.id,
            host_id=keeper.id if keeper is not None else "",
            offsite=site.site.location != there.site.location,
            every_minutes=every,
            keep_days=keep_days,
            flows=tuple(row.flow for row in permits),
            port=permits[0].port_min if permits else 0,
        )


def _last_restore(site: SiteEstate, reference: str) -> RestorePlan | None:
    """What was last tried, well or not: whether it counts is judged by a rule (P25)."""
    tried = [row for row in site.drills if row.subject == reference]
    if not tried:
        return None
    last = max(tried, key=lambda row: (row.tested, row.id))
    return RestorePlan(last.tested.isoformat(), last.copy_at, last.minutes, last.equal, last.example)
