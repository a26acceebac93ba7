from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from infra.findings import Enforcement, Finding
from infra.model.catalogue import InformationItem
from infra.model.enums import Sharing
from policies.catalogue import items
from policies.rule import Context, Rule
from policies.sources import Article, Document
from policies.words import says_nothing


class PublicDataInterface(Rule[InformationItem]):
    """What is shared can be got: every item that is not exempt says by which interface. A word that fills the field is none.

    The document speaks of data that law makes public; the finding is advice, also for what is shared on conditions.
    """

    id: ClassVar[str] = "P36"
    title: ClassVar[str] = "共享的数据提供公共接口"
    article: ClassVar[Article] = Article(
        Document.HAINAN_2007, "三（二）1", "要提供數據公共接口,開放數據,不得進行信息封鎖"
    )
    right: ClassVar[str] = "写明接口（interface）：共享平台上的接口地址或服务名称"

    def subjects(self, context: Context) -> Iterable[InformationItem]:
        return items(context)

    def check(self, subject: InformationItem, context: Context) -> Iterator[Finding]:
        if subject.sharing is not Sharing.EXEMPT and says_nothing(subject.interface):
            yield self.finding(
                context,
                f"item:{subject.id}",
                f"“{subject.title}”要共享，没有接口",
                field="interface",
                wrong=subject.interface or "",
                enforcement=Enforcement.ADVISORY,
            )
