from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from infra.findings import Finding
from infra.model.catalogue import BaseEntry, InformationItem
from infra.model.enums import BaseDatabase, Capability, Sharing, TenantState
from policies.catalogue import bases, cites, items
from policies.rule import Context, Rule
from policies.sources import Article, Document
from policies.words import says_nothing

FREELY = frozenset(
    {
        BaseDatabase.POPULATION,
        BaseDatabase.LEGAL_ENTITY,
        BaseDatabase.NATURAL_RESOURCE_GEO,
        BaseDatabase.E_LICENSE,
    }
)
"""Base information that is shared between departments without condition (document 004, three (2) 3)."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A system that holds government information, and how many items of the catalogue are its own."""

    declared_by: str
    title: str
    site: str | None
    listed: int


@dataclass(frozen=True, slots=True)
class Hidden:
    """A platform that says it holds no information and has a database."""

    declared_by: str
    title: str


@dataclass(frozen=True, slots=True)
class Base:
    """A base database, where it is entered in the catalogue (nowhere, once, more often), and who else uses its instance."""

    base: BaseDatabase
    entries: tuple[tuple[str, str, BaseEntry], ...]
    sharing_instance: tuple[BaseDatabase, ...]
    kept: tuple[InformationItem, ...]


class BaseDataShared(Rule[Holder | Hidden | InformationItem | Base]):
    """All government information is in the catalogue; what is exempt from sharing cites the law or policy that says so.

    Every active tenant, every platform that holds information and every application that a department runs elsewhere has an item at
    least; having a database is holding information. Each base
    database has an instance of its own, whose items have an interface: that is being connected to the sharing platform. The four that
    document 004 names share theirs without condition, the others of document 000 at least on conditions.
    """

    id: ClassVar[str] = "P31"
    title: ClassVar[str] = "政务信息纳入共享目录，基础数据库接入共享平台"
    article: ClassVar[Article] = Article(
        Document.JIANGSU_2016,
        "三（二）3",
        "除有法律、行政法规或中央和省委、省政府政策依据外，政务信息均应纳入共享目录",
    )
    right: ClassVar[str] = (
        "在 catalogue/ 为它登记信息项：来源部门、共享方式、接口；不共享的写 sharing: exempt，并在 basis 引用法律或政策"
    )

    def subjects(self, context: Context) -> Iterable[Holder | Hidden | InformationItem | Base]:
        everything = tuple(items(context))
        listed = Counter(item.system for item in everything)
        for service in context.estate.services:
            reference = f"service:{service.id}"
            if service.catalogue:
                yield Holder(reference, service.title, None, listed[reference])
            elif any(machines.capability is Capability.DATABASE for machines in service.machines):
                yield Hidden(reference, service.title)
        for site in context.estate.sites.values():
            for tenant in site.tenants:
                if tenant.state is TenantState.ACTIVE:
                    reference = f"tenant:{tenant.id}"
                    yield Holder(reference, tenant.title, site.id, listed[reference])
            for application in site.facilities.applications:
                if application.tenant is None:  # one on a tenant is in the catalogue with it
                    reference = f"application:{application.id}"
                    yield Holder(reference, application.title, site.id, listed[reference])
        yield from everything
        yield from _bases(context, everything)

    def check(self, subject: Holder | Hidden | InformationItem | Base, context: Context) -> Iterator[Finding]:
        match subject:
            case Holder(listed=0):
                message = f"“{subject.title}”的政务信息不在共享目录中"
                yield self.finding(context, subject.declared_by, message, site=subject.site)
            case Hidden():
                message = f"“{subject.title}”有数据库，却说没有政务信息"
                yield self.finding(context, subject.declared_by, message, field="catalogue", wrong="false")
            case InformationItem(sharing=Sharing.EXEMPT) if not cites(subject.basis):
                yield self.finding(
                    context,
                    f"item:{subject.id}",
                    f"“{subject.title}”不共享，没有引用法律或政策",
                    field="basis",
                    wrong=subject.basis or "",
                    right="basis 写明法律、行政法规或中央和省委、省政府政策，例如《……法》第几条",
                )
            case Base():
                yield from self._base(subject, context)

    def _base(self, subject: Base, context: Context) -> Iterator[Finding]:
        label = subject.base.label
        if not subject.entries:
            province = f"province:{context.estate.province.id}"
            right = f"在 catalogue/ 的 bases 写 {{base: {subject.base.value}, instance: 平台标识}}"
            yield self.finding(context, province, f"{label}没有登记实例", wrong=subject.base.value, right=right)
        for reference, field, _ in subject.entries[1:]:
            message, right = f"{label}登记了两次", "一个基础数据库一个实例"
            yield self.finding(context, reference, message, field=field, wrong=subject.base.value, right=right)
        for reference, field, entry in subject.entries[:1]:
            if subject.sharing_instance:
                others = "、".join(base.label for base in subject.sharing_instance)
                yield self.finding(
                    context,
                    reference,
                    f"{label}与{others}共用一个实例",
                    field=f"{field}.instance",
                    wrong=entry.instance,
                    right="基础数据库物理上分别建设，各有各的实例",
                )
            if not any(not says_nothing(item.interface) for item in subject.kept):
                yield self.finding(
                    context,
                    reference,
                    f"{label}没有接入共享平台：它的信息项没有接口",
                    field=f"{field}.instance",
                    wrong=entry.instance,
                    right="为它的信息项写 interface",
                )
            for item in subject.kept:
                if item.sharing is Sharing.EXEMPT or (
                    subject.base in FREELY and item.sharing is not Sharing.UNCONDITIONAL
                ):
                    yield self.finding(
                        context,
                        f"item:{item.id}",
                        f"{label}的基础信息项“{item.title}”{'应无条件共享' if subject.base in FREELY else '应当共享'}",
                        field="sharing",
                        wrong=item.sharing.value,
                        right="unconditional" if subject.base in FREELY else "conditional 或 unconditional",
                    )


def _bases(context: Context, everything: tuple[InformationItem, ...]) -> Iterator[Base]:
    rows = tuple(bases(context))
    for base in BaseDatabase:
        entries = tuple(row for row in rows if row[2].base is base)
        instance = entries[0][2].instance if entries else ""
        others = tuple(row[2].base for row in rows if row[2].instance == instance and row[2].base is not base)
        kept = tuple(item for item in everything if item.system == f"service:{instance}")
        yield Base(base, entries, others, kept)
