"""products.yaml: operating systems, chips and databases that may be used, and which of them are domestic (document 001, two (6))."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from infra.model.base import Id, Model, Text
from infra.model.enums import Arch, Capability, ProductKind
from infra.model.service import Machines


class Product(Model):
    """A product. `basis`: the list or certificate that calls it domestic."""

    id: Id
    kind: ProductKind
    title: Text
    domestic: bool
    basis: Text | None = None


class Standard(Model):
    """What machines are made of unless they say otherwise: the operating system, the chip of each architecture, the database."""

    os: Id
    chips: dict[Arch, Id]
    database: Id


class Products(Model):
    products: tuple[Product, ...] = Field(min_length=1)
    standard: Standard
    example: bool = False

    def of(self, machines: Machines) -> Mapping[ProductKind, str]:
        """Ids of the products that a group of machines is made of."""
        made = {
            ProductKind.OS: machines.os or self.standard.os,
            ProductKind.CHIP: machines.chip or self.standard.chips.get(machines.arch, ""),
        }
        if machines.capability is Capability.DATABASE:
            made[ProductKind.DATABASE] = machines.database or self.standard.database
        return made
