from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from infra.findings import Finding
from infra.model.enums import TenantState
from infra.model.facility import Application, OwnCloud
from policies.rule import Context, Rule
from policies.sources import NEW_SINCE, Article, Document


@dataclass(frozen=True, slots=True)
class Cloud:
    """A department's own cloud platform at a site."""

    site: str
    cloud: OwnCloud


@dataclass(frozen=True, slots=True)
class Project:
    """A department's application project at a site, and whether it has a tenant that is not closed.

    A tenant whose file cannot be read counts: what is wrong there is a finding already.
    """

    site: str
    application: Application
    deployed: bool


class NoNewCloud(Rule[Cloud | Project]):
    """Clouds are the province's and the cities'; a department builds or enlarges none, and its new applications run on theirs.

    「新建和续建」 is read by the day on which building or continuing was decided. Applications that involve state secrets are P02's.
    """

    id: ClassVar[str] = "P13"
    title: ClassVar[str] = "不再新建云平台，非涉密应用部署在政务云"
    article: ClassVar[Article] = Article(Document.JIANGSU_2016, "三（二）3", "原则上不再新建云平台")
    right: ClassVar[str] = (
        "在省、市政务云申请租户（govnet tenant new）；确需自建的，经领导小组和发展改革、财政部门同意后登记例外"
    )

    def subjects(self, context: Context) -> Iterable[Cloud | Project]:
        closed = {
            tenant.id
            for site in context.estate.sites.values()
            for tenant in site.tenants
            if tenant.state is TenantState.CLOSED
        }
        for site in context.estate.sites.values():
            for cloud in site.facilities.clouds:
                yield Cloud(site.id, cloud)
            for application in site.facilities.applications:
                yield Project(site.id, application, application.tenant is not None and application.tenant not in closed)

    def check(self, subject: Cloud | Project, context: Context) -> Iterator[Finding]:
        match subject:
            case Cloud(site, cloud):
                for field, what, day in (
                    ("built", "是部门新建的云平台", cloud.built),
                    ("enlarged", "又扩了容", cloud.enlarged),
                ):
                    if day is not None and day > NEW_SINCE:
                        yield self.finding(
                            context,
                            f"cloud:{cloud.id}",
                            f"“{cloud.title}”{what}",
                            field=field,
                            wrong=str(day),
                            site=site,
                        )
            case Project(site, application, False):
                if application.approved > NEW_SINCE and not application.state_secret:
                    yield self.finding(
                        context,
                        f"application:{application.id}",
                        f"“{application.title}”没有依托政务外网部署",
                        field="tenant",
                        wrong=f"{application.tenant}（已注销）" if application.tenant else "没有租户",
                        site=site,
                    )
