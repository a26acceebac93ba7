from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from infra.findings import Finding
from infra.model.catalogue import InformationItem
from policies.catalogue import items, same_words
from policies.rule import Context, Rule
from policies.sources import Article, Document


@dataclass(frozen=True, slots=True)
class Datum:
    """One information, in all the items of the catalogue that are it."""

    items: tuple[InformationItem, ...]


class SingleSource(Rule[Datum]):
    """One information, one source department, many uses. Items whose titles differ in nothing that is read aloud are one information.

    Several systems may keep a copy of it, as long as they all name the same source. The first item, by id, is taken to be right.
    """

    id: ClassVar[str] = "P37"
    title: ClassVar[str] = "一数一源多用"
    article: ClassVar[Article] = Article(Document.JIANGSU_2007, "二（二）8", "要按照“一数一源多用”原则")
    right: ClassVar[str] = "sources 只写一个对数据负责的部门，其他部门从共享平台取用"

    def subjects(self, context: Context) -> Iterable[Datum]:
        same: dict[str, list[InformationItem]] = defaultdict(list)
        for item in sorted(items(context), key=lambda item: item.id):
            same[same_words(item.title)].append(item)
        return (Datum(tuple(rows)) for rows in same.values())

    def check(self, subject: Datum, context: Context) -> Iterator[Finding]:
        first = subject.items[0]
        for item in subject.items:
            if len(set(item.sources)) != 1:
                yield self.finding(
                    context,
                    f"item:{item.id}",
                    f"“{item.title}”有 {len(set(item.sources))} 个来源部门",
                    field="sources",
                    wrong="、".join(item.sources),
                )
            elif set(item.sources) != set(first.sources):
                yield self.finding(
                    context,
                    f"item:{item.id}",
                    f"“{item.title}”与 {first.id} 是同一项信息，来源部门不同",
                    field="sources",
                    wrong="、".join(item.sources),
                    right=f"与 {first.id} 相同（{'、'.join(first.sources)}），或说清是两项信息",
                )
