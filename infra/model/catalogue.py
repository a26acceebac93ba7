"""catalogue/*.yaml: the catalogue of government information (政务信息资源目录; documents 004, three (2) 3; 000, two (2) 8)."""

from __future__ import annotations

from pydantic import Field

from infra.model.base import Id, Model, Text, Whole
from infra.model.enums import BaseDatabase, Sharing


class InformationItem(Model):
    """A piece of information that is kept somewhere. `system`: reference of what keeps it, such as `tenant:suqian_renshe`.

    `sources`: the departments that are responsible for its being right; there must be one. `basis`: the law or policy that exempts it
    from sharing. `interface`: how others get it. `max_age_hours`: how old it may be at most (document 004, three (2) 6: 时效性); none: not
    promised.
    """

    id: Id
    title: Text
    system: Text
    sources: tuple[Id, ...] = ()
    sharing: Sharing
    basis: Text | None = None
    interface: Text | None = None
    max_age_hours: Whole | None = Field(default=None, ge=1)


class BaseEntry(Model):
    """A base database and the platform of services.yaml that is its instance (基础数据库：物理上分别建设，逻辑上统一管理)."""

    base: BaseDatabase
    instance: Id


class Catalogue(Model):
    """One file of the catalogue: the items of the province's platforms, or of a city's tenants."""

    id: Id
    title: Text
    items: tuple[InformationItem, ...] = Field(min_length=1)
    bases: tuple[BaseEntry, ...] = ()
    example: bool = False
