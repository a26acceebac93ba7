"""sites/<site>/ledger.yaml: the addresses that a site has handed out. Written by a command, read by everybody."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from infra.model.base import Cidr4, Cidr6, Day, Model

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_/]*$", max_length=120)]


class Block(Model):
    """An address block and its IPv6 twin; `reserve` is the larger IPv4 block that is kept free for its growth."""

    v4: Cidr4
    v6: Cidr6
    reserve: Cidr4 | None = None


class Released(Block):
    """A block that was given back; it rests, so that nothing old answers at a new owner's address."""

    since: Day


class Section(Model):
    """The blocks of one zone. Every change also changes `seal`: two branches that allocate at once meet in git, not on the wire."""

    seal: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
    blocks: dict[Key, Block]
    released: dict[Key, Released] = Field(default_factory=dict)


class Ledger(Model):
    site: str
    sections: dict[Key, Section]
