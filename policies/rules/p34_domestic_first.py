from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from infra.findings import Enforcement, Finding
from infra.model.enums import ProductKind
from infra.model.product import Product
from infra.model.service import Machines, Service
from policies.rule import Context, Rule
from policies.sources import Article, Document
from policies.words import says_nothing


@dataclass(frozen=True, slots=True)
class Made:
    """A group of machines of a platform and one of the products that it is made of (`None`: one that nobody has listed)."""

    service: Service
    number: int
    machines: Machines
    kind: ProductKind
    product: Product | None


class DomesticFirst(Rule[Made]):
    """Operating system, chip and database are domestic, or there is a reason. 优先 is a preference: the finding is advice.

    Machines are made of the province's standard products unless they say otherwise; domestic is what products.yaml calls so, with the list
    or certificate that it rests on. A product that is called domestic without one is not.
    """

    id: ClassVar[str] = "P34"
    title: ClassVar[str] = "优先使用国产设备与软件"
    article: ClassVar[Article] = Article(Document.GUANGDONG_2003, "二（六）", "优先使用国产设备与软件")
    right: ClassVar[str] = "改用 products.yaml 里的国产产品；确需使用的，在 reason 写明理由"

    def subjects(self, context: Context) -> Iterable[Made]:
        products = context.estate.products
        if products is None:
            return
        known = {row.id: row for row in products.products}
        for service in context.estate.services:
            for number, machines in enumerate(service.machines):
                for kind, identity in products.of(machines).items():
                    yield Made(service, number, machines, kind, known.get(identity))

    def check(self, subject: Made, context: Context) -> Iterator[Finding]:
        product = subject.product
        if product is not None and product.domestic and not says_nothing(product.basis):
            return
        if not says_nothing(subject.machines.reason):
            return
        title = product.title if product else ""
        why = "称国产而无依据" if product is not None and product.domestic else "不是国产的"
        yield self.finding(
            context,
            f"service:{subject.service.id}",
            f"“{subject.service.title}”的{subject.kind.label}{why}，也没有说明理由",
            field=f"machines[{subject.number}].{subject.kind.value}",
            wrong=title,
            enforcement=Enforcement.ADVISORY,
        )
