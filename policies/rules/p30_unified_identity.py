from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from infra.blueprint.types import SitePlan
from infra.findings import Finding
from infra.model.enums import Capability, DataClass, Level, SignIn, TenantState
from policies.rule import Context, Rule
from policies.sources import Article, Document

NEEDED = {
    Capability.IDENTITY: "统一用户管理系统",
    Capability.CERTIFICATES: "电子认证（省级认证机构或市注册分中心）",
}
"""What the province and every city has (document 004, three (2) 5)."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A system, how its users are known, and whom its information is for."""

    declared_by: str
    title: str
    site: str | None
    sign_in: SignIn
    data_class: DataClass


class UnifiedIdentity(Rule[SitePlan | Bound]):
    """Every system knows its users by the unified identity and its certificates, and every site of province and city has both.

    A system without users to know may only hold what is public. The disaster recovery centre uses the province's. Commercial certificates
    alone are meant; those of the intranet are no matter of this network.
    """

    id: ClassVar[str] = "P30"
    title: ClassVar[str] = "统一身份认证"
    article: ClassVar[Article] = Article(Document.HAINAN_2007, "四（五）", "積極采用數字證書技術,實行全省統一身份認證")
    right: ClassVar[str] = "接入统一用户管理和电子认证系统（sign_in: unified，缺省即是），不自建账号"

    def subjects(self, context: Context) -> Iterable[SitePlan | Bound]:
        yield from (site for site in context.blueprint.sites if site.level in (Level.PROVINCE, Level.CITY))
        for row in context.estate.services:
            yield Bound(f"service:{row.id}", row.title, None, row.sign_in, row.data_class)
        for site in context.estate.sites.values():
            for tenant in site.tenants:
                if tenant.state is not TenantState.CLOSED:
                    yield Bound(f"tenant:{tenant.id}", tenant.title, site.id, tenant.sign_in, tenant.data_class)

    def check(self, subject: SitePlan | Bound, context: Context) -> Iterator[Finding]:
        match subject:
            case SitePlan():
                there = {host.capability for host in subject.hosts}
                for capability, title in NEEDED.items():
                    if capability.value not in there:
                        yield self.finding(
                            context,
                            subject.declared_by,
                            f"{subject.title}没有{title}",
                            right=f"services.yaml 里有一个平台在本级（levels）提供能力 {capability.value}",
                            site=subject.id,
                        )
            case Bound(sign_in=SignIn.OWN):
                message = f"“{subject.title}”自建账号"
                yield self.finding(
                    context, subject.declared_by, message, field="sign_in", wrong="own", site=subject.site
                )
            case Bound(sign_in=SignIn.NONE) if subject.data_class is not DataClass.PUBLIC:
                message = f"“{subject.title}”不认证用户，数据却不是公开的（{subject.data_class.value}）"
                yield self.finding(
                    context, subject.declared_by, message, field="sign_in", wrong="none", site=subject.site
                )
