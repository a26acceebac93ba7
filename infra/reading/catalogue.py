"""References of the catalogue and of the products: systems, departments and products that are named must be there."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from infra.codes import Code
from infra.model.catalogue import Catalogue
from infra.model.enums import ProductKind
from infra.model.product import Products
from infra.model.service import Service
from infra.reading.index import Index
from infra.reading.nodes import Document, Path
from infra.reading.references import repeated, unknown

_SYSTEMS = ("service:", "tenant:", "application:")
"""Sorts of what keeps information."""


def put_items(index: Index, document: Document, catalogue: Catalogue) -> None:
    """Remember where every item stands; one id in two files is said at the second."""
    repeated(document, "items", "id", (row.id for row in catalogue.items), "信息项标识")
    for number, row in enumerate(catalogue.items):
        other = index.put(f"item:{row.id}", document, ("items", number))
        if other is not None and other is not document:
            path: Path = ("items", number, "id")
            document.add(Code.DUPLICATE_ID, path, "信息项标识重复", wrong=row.id, right=f"另一处在 {other.file}")


def check_catalogue(
    document: Document, catalogue: Catalogue, references: list[str] | None, departments: Collection[str] | None
) -> None:
    """Systems, instances and source departments are declared. `None`: something that declares them is unsound, which has been said."""
    systems = None if references is None else {row for row in references if row.startswith(_SYSTEMS)}
    for number, item in enumerate(catalogue.items):
        base: Path = ("items", number)
        if systems is not None and item.system not in systems:
            unknown(document, (*base, "system"), "系统", item.system, systems)
        for index, source in enumerate(item.sources):
            if departments is not None and source not in departments:
                unknown(document, (*base, "sources", index), "部门", source, departments)
    for number, entry in enumerate(catalogue.bases):
        if systems is not None and f"service:{entry.instance}" not in systems:
            services = (row.removeprefix("service:") for row in systems if row.startswith("service:"))
            unknown(document, ("bases", number, "instance"), "平台", entry.instance, services)


def check_products(document: Document, products: Products) -> None:
    """What the standard is made of is listed, as a product of that sort."""
    repeated(document, "products", "id", (row.id for row in products.products), "产品标识")
    standard = products.standard
    named: list[tuple[Path, ProductKind, str]] = [
        (("standard", "os"), ProductKind.OS, standard.os),
        (("standard", "database"), ProductKind.DATABASE, standard.database),
        *((("standard", "chips", arch.value), ProductKind.CHIP, chip) for arch, chip in standard.chips.items()),
    ]
    _check(document, named, products)


def check_machines(document: Document, services: Iterable[Service], products: Products) -> None:
    """What machines are made of instead of the standard is listed too."""
    named: list[tuple[Path, ProductKind, str]] = []
    for number, service in enumerate(services):
        for index, machines in enumerate(service.machines):
            base: Path = ("services", number, "machines", index)
            for kind, value in zip(ProductKind, (machines.os, machines.chip, machines.database), strict=True):
                if value is not None:
                    named.append(((*base, kind.value), kind, value))
            if machines.arch not in products.standard.chips and machines.chip is None:
                message = "products.yaml 的 standard.chips 没有这种架构的芯片"
                document.add(Code.REFERENCE, (*base, "arch"), message, wrong=machines.arch.value, right="写明 chip")
    _check(document, named, products)


def _check(document: Document, named: Iterable[tuple[Path, ProductKind, str]], products: Products) -> None:
    for path, kind, value in named:
        known = [row.id for row in products.products if row.kind is kind]
        if value not in known:
            unknown(document, path, kind.label, value, known)
