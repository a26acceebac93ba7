from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from infra.findings import Enforcement, Finding
from infra.model.governance import AnnualPlan, BudgetLine
from infra.model.legacy import LegacyNetwork
from policies.rule import Context, Rule
from policies.sources import Article, Document

CONNECTED_BY = date(2017, 12, 31)
"""Document 004, four (1): 2017年底前…与省平台实现对接."""

PLAN_BY = date(2027, 6, 30)
"""From this day on a network without a plan of its cancellation blocks. The document says 抓紧制定 and no date: this one is a proposal."""

_UPKEEP = re.compile(r"运维|维护|运行|租用|续租|租赁")
_LEAVING = re.compile(r"迁移|改造|取消|拆除|接入")


@dataclass(frozen=True, slots=True)
class Kept:
    """A department network that still exists."""

    site: str
    network: LegacyNetwork


@dataclass(frozen=True, slots=True)
class Paid:
    """A line of an annual plan, and the department networks it could be paying for."""

    plan: AnnualPlan
    entry: int
    line: int
    row: BudgetLine
    networks: tuple[LegacyNetwork, ...]


class LegacySunset(Rule[Kept | Paid]):
    """A department network of before costs no money for its upkeep, has a plan and a day of its end, and is gone after that day.

    Money is refused at once, in the network's own file and in the lines of annual plans. A missing plan is to be mended by a date. A
    day that has passed is no plan: a later one needs an exception. That a network is not connected to the extranet yet, though the
    end of 2017 is long over, is said apart and blocks nothing.
    """

    id: ClassVar[str] = "P10"
    title: ClassVar[str] = "现有业务专网逐步取消，不再花钱运维"
    article: ClassVar[Article] = Article(
        Document.JIANGSU_2016, "三（二）2", "现有业务专网逐步取消，不再安排运行维护费用"
    )
    right: ClassVar[str] = "budget 写 0；sunset 写明取消日期与迁移方案；业务迁到政务外网"

    def subjects(self, context: Context) -> Iterable[Kept | Paid]:
        networks = tuple(row for site in context.estate.sites.values() for row in site.legacy)
        for site in context.estate.sites.values():
            for network in site.legacy:
                yield Kept(site.id, network)
        for plan in context.estate.plans.values():
            for number, entry in enumerate(plan.entries):
                for index, row in enumerate(entry.lines):
                    yield Paid(plan, number, index, row, networks)

    def check(self, subject: Kept | Paid, context: Context) -> Iterator[Finding]:
        match subject:
            case Kept():
                yield from self._money(subject, context)
                yield from self._end(subject, context)
                yield from self._connection(subject, context)
            case Paid():
                yield from self._line(subject, context)

    def _money(self, subject: Kept, context: Context) -> Iterator[Finding]:
        if subject.network.budget > 0:
            yield self._of(
                subject,
                context,
                f"“{subject.network.title}”还安排了运行维护费用",
                field="budget",
                wrong=f"{subject.network.budget} 元",
                right="0；运行维护费用没有例外，只有取消",
            )

    def _end(self, subject: Kept, context: Context) -> Iterator[Finding]:
        network = subject.network
        if network.sunset is None:
            yield self._of(
                subject,
                context,
                f"“{network.title}”没有取消的日期和方案",
                field="sunset",
                right="sunset: {date: 取消日期, plan: 迁移方案}",
                enforcement=Enforcement.BY_DATE,
                due=PLAN_BY,
            )
        elif network.sunset.date < context.today:
            yield self._of(
                subject,
                context,
                f"“{network.title}”过了取消日期还在",
                field="sunset.date",
                wrong=str(network.sunset.date),
                right="取消这张专网，删去声明；确需延期的，经主管部门批准后登记例外",
            )

    def _connection(self, subject: Kept, context: Context) -> Iterator[Finding]:
        since = subject.network.connected_since
        if context.today > CONNECTED_BY and (since is None or since > context.today):
            yield self._of(
                subject,
                context,
                f"“{subject.network.title}”逾期未与政务外网对接（应在 {CONNECTED_BY} 之前）",
                field="connected_since",
                wrong=str(since) if since else "未对接",
                right="接入政务外网，写明 connected_since",
                enforcement=Enforcement.ADVISORY,
            )

    def _line(self, subject: Paid, context: Context) -> Iterator[Finding]:
        named = next((row.title for row in subject.networks if row.title in subject.row.title), "")
        title = subject.row.title
        upkeep = _UPKEEP.search(title) or not _LEAVING.search(title)
        if subject.row.amount > 0 and (named or "专网" in title) and upkeep:
            yield self.finding(
                context,
                f"plan:{subject.plan.id}",
                f"年度计划里有{f'“{named}”' if named else '业务专网'}的运行维护费用",
                field=f"entries[{subject.entry}].lines[{subject.line}]",
                wrong=f"{title}：{subject.row.amount} 元",
                right="删去这一科目；经费用于迁移到政务外网的，写明迁移",
            )

    def _of(
        self,
        subject: Kept,
        context: Context,
        message: str,
        *,
        right: str,
        field: str = "",
        wrong: str = "",
        enforcement: Enforcement = Enforcement.MANDATORY,
        due: date | None = None,
    ) -> Finding:
        return self.finding(
            context,
            f"legacy:{subject.network.id}",
            message,
            field=field,
            wrong=wrong,
            right=right,
            site=subject.site,
            enforcement=enforcement,
            due=due,
        )
