from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from infra.blueprint.planned import DECLARATIONS, STATE, BackupJobPlan, CopyPlan
from infra.blueprint.types import SitePlan
from infra.findings import Finding
from infra.model.enums import BackupClass, Capability, Level
from infra.model.service import Service
from infra.model.tenant import Tenant
from policies.rule import Context, Rule
from policies.sources import Article, Document

_CLASSES: dict[int, tuple[BackupClass, ...]] = {
    1: tuple(BackupClass),
    2: (BackupClass.OFFSITE_BATCH, BackupClass.OFFSITE_REALTIME),
    3: (BackupClass.OFFSITE_REALTIME,),
}
"""等保 level → the backup classes that do."""

_DOUBLE = frozenset({Capability.DATABASE, Capability.OBJECT_STORE, Capability.IDENTITY, Capability.CERTIFICATES})
"""Machines whose loss stops others: at level 3 there are two of them."""

_LOCAL, _AT_ONCE = 1, 3
"""The 等保 levels for which local copies do, and for which off-site ones are wanted at once."""


@dataclass(frozen=True, slots=True)
class Here:
    """A tenant and its site."""

    site: str
    tenant: Tenant


class BackupByLevel(Rule[Service | Here | SitePlan]):
    """Who keeps data has the copies that its 等保 level wants: local ones always, off-site in batches at level 2, at once at level 3.

    「异地数据备份」 is read by level (GB/T 22239): what is declared must be a class that does, and the blueprint must have the job, with
    somebody who takes each copy and a standing flow that lets it through. Level 3 has no single instance of what others depend on. A
    platform without machines that keep data loses nothing and is not asked; copies of others' data are the copies' own matter.
    """

    id: ClassVar[str] = "P23"
    title: ClassVar[str] = "按等保级别备份：二级有异地批量副本，三级有异地实时副本且不单机"
    article: ClassVar[Article] = Article(
        Document.JIANGSU_2016, "三（二）5", "对省数据中心实现异地数据备份，确保数据的安全性和一致性"
    )
    right: ClassVar[str] = "backup 按级别写 offsite_batch 或 offsite_realtime；暂时做不到的，经主管部门批准限期例外"

    def subjects(self, context: Context) -> Iterable[Service | Here | SitePlan]:
        yield from (row for row in context.estate.services if any(part.capability.keeps_data for part in row.machines))
        for site in context.estate.sites.values():
            yield from (Here(site.id, tenant) for tenant in site.tenants if tenant.backup is not None)
        yield from context.blueprint.sites

    def check(self, subject: Service | Here | SitePlan, context: Context) -> Iterator[Finding]:
        match subject:
            case Service():
                yield from self._service(subject, context)
            case Here():
                tenant = subject.tenant
                if tenant.backup not in _CLASSES[tenant.mlps.level]:
                    yield self._class(
                        context, f"tenant:{tenant.id}", tenant.title, tenant.mlps.level, tenant.backup, subject.site
                    )
            case SitePlan():
                yield from self._unprotected(subject, context)
                yield from self._local(subject, context)
                yield from self._offsite(subject, context)

    def _service(self, service: Service, context: Context) -> Iterator[Finding]:
        reference = f"service:{service.id}"
        if service.backup not in _CLASSES[service.mlps_level]:
            yield self._class(context, reference, service.title, service.mlps_level, service.backup, None)
        for number, part in enumerate(service.machines):
            if service.mlps_level >= _AT_ONCE and part.capability in _DOUBLE and part.count < 2:
                yield self.finding(
                    context,
                    reference,
                    f"三级平台“{service.title}”的 {part.capability.value} 只有一台，坏了没有替换",
                    field=f"machines[{number}].count",
                    wrong=str(part.count),
                    right="count 不少于 2（热冗余）",
                )

    def _class(
        self, context: Context, reference: str, title: str, level: int, backup: BackupClass | None, site: str | None
    ) -> Finding:
        right = "、".join(row.value for row in _CLASSES[level])
        wrong = backup.value if backup else ""
        message = f"“{title}”是等保 {level} 级，备份方式不够"
        return self.finding(context, reference, message, field="backup", wrong=wrong, right=right, site=site)

    def _unprotected(self, site: SitePlan, context: Context) -> Iterator[Finding]:
        """Machines that keep data, tenants, and what brings back everything else, without a job."""
        sources = {job.source for job in site.backups}
        for host in site.hosts:
            if Capability(host.capability).keeps_data and host.id not in sources:
                message = f"{site.title}存有数据的机器没有备份任务"
                yield self.finding(context, host.declared_by, message, wrong=host.id, site=site.id)
        for tenant in site.tenants:
            if tenant.id not in sources:
                message = f"{site.title}的租户没有备份任务"
                yield self.finding(context, tenant.declared_by, message, wrong=tenant.id, site=site.id)
        for source in (STATE, DECLARATIONS) if site.level is Level.PROVINCE else (STATE,):
            if source not in sources:
                message = f"{site.title}的{'声明' if source == DECLARATIONS else '部署状态'}没有备份任务，不存数据的机器也恢复不了"
                yield self.finding(context, site.declared_by, message, wrong=source, site=site.id)

    def _local(self, site: SitePlan, context: Context) -> Iterator[Finding]:
        """Local copies that nobody takes, or that cannot get there; said once a zone, because that is what decides."""
        unsaid = {zone.id: zone for zone in site.zones}
        for job in site.backups:
            local = [copy for copy in job.copies if copy.site == site.id]
            if not any(copy.host_id for copy in local):
                message = f"{site.title}没有接收本地副本的备份机，{len(site.backups)} 个备份任务落空"
                right = "在容灾备份区部署一台能力为 backup 的机器（services.yaml）"
                yield self.finding(context, site.declared_by, message, wrong=job.id, right=right, site=site.id)
                return
            zone = unsaid.get(job.zone_id)
            if zone is not None and not any(copy.flows for copy in local):
                del unsaid[zone.id]
                yield self.finding(
                    context,
                    zone.declared_by,
                    f"{site.title}{zone.title}的数据没有通到容灾备份区的常设流向，本地副本送不到",
                    wrong=job.source,
                    right="把存数据的机器移到能备份的区域，或在 flows.yaml 的备份流向里加上这个区域",
                    site=site.id,
                )

    def _offsite(self, site: SitePlan, context: Context) -> Iterator[Finding]:
        """Jobs whose level wants an off-site copy that they have not; said once a site, because the site says where its copies are kept.

        A class that does not do is said where it is declared.
        """
        lacking = [job for job in site.backups if job.backup in _CLASSES[job.mlps_level] and not _kept_elsewhere(job)]
        if lacking:
            levels = "、".join(f"{level} 级" for level in sorted({job.mlps_level for job in lacking}))
            yield self.finding(
                context,
                site.declared_by,
                f"{site.title}有 {len(lacking)} 个备份任务（{levels}）没有够格的异地副本",
                field="copies_at",
                wrong=lacking[0].id,
                right="copies_at 写上别的城市里接收本站点副本的站点；二级按批、三级实时",
                site=site.id,
            )


def _kept_elsewhere(job: BackupJobPlan) -> bool:
    """Whether a job has the off-site copy that its level wants."""

    def does(copy: CopyPlan) -> bool:
        return copy.offsite and bool(copy.host_id) and (copy.every_minutes == 0 or job.mlps_level < _AT_ONCE)

    return job.mlps_level <= _LOCAL or any(map(does, job.copies))
