from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from infra.findings import Enforcement, Finding
from infra.model.enums import UnitClass
from infra.model.estate import SiteEstate
from infra.model.facility import Line
from policies.rule import Context, Rule
from policies.sources import NEW_SINCE, Article, Document

_LED_FROM_ABOVE = frozenset({UnitClass.VERTICAL, UnitClass.DUAL})


@dataclass(frozen=True, slots=True)
class Laid:
    """A line of a department of a site."""

    site: SiteEstate
    line: Line


class NoDownwardExtension(Rule[Laid]):
    """A department lays no line of its own, and has no branch network, below its own level.

    「未經許可」: the permission is an exception with its number. 「垂直和雙管單位…以中央要求為主」: units that are led from above may, when they
    cite the central document. What was laid before 2016-12-12 is to be given up with the other old networks, and only reported.
    """

    id: ClassVar[str] = "P11"
    title: ClassVar[str] = "部门不得擅自向下延伸网络"
    article: ClassVar[Article] = Article(
        Document.HAINAN_2007, "三（二）1", "省直各部門不得在未經許可的情況下擅自向下延伸網絡建設"
    )
    right: ClassVar[str] = (
        "下级单位由所在地的政务外网接入（counties.yaml、access.yaml）；有特殊要求的，报领导小组批准后登记例外"
    )

    def subjects(self, context: Context) -> Iterable[Laid]:
        for site in context.estate.sites.values():
            for line in site.facilities.lines:
                yield Laid(site, line)

    def check(self, subject: Laid, context: Context) -> Iterator[Finding]:
        line, level = subject.line, subject.site.entry.level
        department = context.estate.department(line.department)
        led = department is not None and department.unit_class in _LED_FROM_ABOVE
        if not line.to.below(level) or (led and line.basis):
            return
        yield self.finding(
            context,
            f"line:{line.id}",
            f"{level.label}部门的“{line.title}”延伸到了{line.to.label}",
            field="to",
            wrong=f"{line.to.value}（{line.place}）",
            right="basis 写明中央的文件（垂直、双管单位以中央要求为主）；没有的，由所在地的政务外网接入" if led else "",
            site=subject.site.id,
            enforcement=Enforcement.MANDATORY if line.built > NEW_SINCE else Enforcement.ADVISORY,
        )
