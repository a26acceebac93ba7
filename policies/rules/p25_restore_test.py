from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from infra.blueprint.planned import BackupJobPlan
from infra.blueprint.types import SitePlan
from infra.findings import Enforcement, Finding
from infra.model.drill import SIGNED_FOR, Drill, Measured
from infra.model.enums import TenantState
from infra.signatures import is_by
from policies.rule import Context, Rule
from policies.sources import Article, Document

LIMIT_DAYS: Mapping[int, int] = {2: 365, 3: 180}
"""等保 level → after how many days a restore must have been tried again. Proposals: the documents name no number."""

GRACE = timedelta(days=30)
"""How long after the limit there is time to make good for it."""

FIRST_BY = date(2027, 6, 30)
"""By this day everything at level 2 or 3 has been restored once. A proposal, as above."""


@dataclass(frozen=True, slots=True)
class Owed:
    """Data at a site that must be shown to come back: a service's or a tenant's, with its jobs and the tests that were made."""

    site: SitePlan
    reference: str
    level: int
    jobs: tuple[BackupJobPlan, ...]
    drills: tuple[Drill, ...]
    signers: tuple[str, ...]


class RestoreTest(Rule[Owed]):
    """「确保数据的安全性和一致性」: what is backed up has lately been restored, whole and in time.

    Owed for tenants that are active and for machines that exist; a planned machine has nothing to restore yet. A test counts when what
    came back was equal, the recovery was as quick as the DR class wants, and it was of a copy that the plan keeps. One that the program
    measured must also have compared something, of data no older than the DR class allows, and be signed by one of the site's signers.
    """

    id: ClassVar[str] = "P25"
    title: ClassVar[str] = "定期做恢复演练：二级每年，三级每半年"
    article: ClassVar[Article] = Article(
        Document.JIANGSU_2016, "三（二）5", "对省数据中心实现异地数据备份，确保数据的安全性和一致性"
    )
    right: ClassVar[str] = "按期恢复一次，核对一致，记入 sites/<站点>/drills.yaml"

    def subjects(self, context: Context) -> Iterable[Owed]:
        for site in context.blueprint.sites:
            estate = context.estate.sites[site.id]
            made = {host.id for host in site.hosts if host.realised}
            made |= {row.id for row in site.tenants if row.labels and row.labels.state == TenantState.ACTIVE}
            jobs = [job for job in site.backups if job.source in made and job.mlps_level in LIMIT_DAYS]
            for reference in sorted({job.declared_by for job in jobs}):
                mine = tuple(job for job in jobs if job.declared_by == reference)
                tests = tuple(row for row in estate.drills if row.subject == reference and row.tested <= context.today)
                yield Owed(site, reference, mine[0].mlps_level, mine, tests, estate.site.drill_signers)

    def check(self, subject: Owed, context: Context) -> Iterator[Finding]:
        good = [row.tested for row in subject.drills if not list(_faults(row, subject))]
        last = max(subject.drills, key=lambda row: row.tested, default=None)
        due = max(good) + timedelta(days=LIMIT_DAYS[subject.level]) + GRACE if good else FIRST_BY
        if last is not None and last.tested > max(good, default=date.min):
            for field, message, wrong, right in _faults(last, subject):
                yield self._finding(
                    context, subject, f"drill:{subject.site.id}/{last.id}", message, field, wrong, right, due
                )
        if not good:
            yield self._finding(context, subject, subject.reference, "还没有成功恢复过", "", "", "", due)
        elif context.today > due - GRACE:
            days = (context.today - max(good)).days
            message = f"上次成功恢复距今 {days} 天，超过 {LIMIT_DAYS[subject.level]} 天"
            yield self._finding(context, subject, subject.reference, message, "", str(max(good)), "", due)

    def _finding(
        self, context: Context, subject: Owed, at: str, message: str, field: str, wrong: str, right: str, due: date
    ) -> Finding:
        return self.finding(
            context,
            at,
            f"{subject.site.title}的 {subject.reference} {message}",
            field=field,
            wrong=wrong,
            right=right,
            site=subject.site.id,
            enforcement=Enforcement.BY_DATE,
            due=due,
        )


def _faults(drill: Drill, subject: Owed) -> Iterator[tuple[str, str, str, str]]:
    """Why a test does not count: field, message, what is wrong, what is right."""
    if not drill.equal:
        yield "equal", "恢复出来的数据与备份时不一致", "false", "查明原因，重做一次"
    limit = min(job.rto_minutes for job in subject.jobs)
    if drill.minutes > limit:
        yield "minutes", "恢复得太慢", f"{drill.minutes} 分钟", f"不超过 {limit} 分钟（灾备等级的要求）"
    kept = sorted({copy.site for job in subject.jobs for copy in job.copies})
    if drill.copy_at not in kept:
        yield "copy_at", "用的不是备份计划里的副本", drill.copy_at, "、".join(kept)
    if drill.measured is not None:
        yield from _measured_faults(drill, drill.measured, subject)


def _measured_faults(drill: Drill, measured: Measured, subject: Owed) -> Iterator[tuple[str, str, str, str]]:
    if not measured.files:
        yield "measured.files", "一个文件也没有核对", "0", "至少核对一个文件"
    limit = min(job.rpo_minutes for job in subject.jobs)
    if measured.lost_minutes > limit:
        wrong, right = f"{measured.lost_minutes} 分钟", f"不超过 {limit} 分钟（灾备等级的要求）"
        yield "measured.lost_minutes", "恢复出来的数据太旧", wrong, right
    if not any(is_by(key, measured.signature, drill.said(), SIGNED_FOR) for key in subject.signers):
        right = "由 site.yaml 的 drill_signers 登记的人重做一次；记录不能手改"
        yield "measured.signature", "不是登记的人签的，或者签后被改过", f"登记了 {len(subject.signers)} 人", right
