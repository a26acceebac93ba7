"""What a rule is: one class, one file, one promise. The class statement itself refuses an incomplete rule."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import ClassVar, Generic, TypeVar

from infra.blueprint.types import Blueprint
from infra.findings import Enforcement, Finding
from infra.model.enums import ZoneKind
from infra.model.estate import Estate
from policies import space
from policies.sources import Article
from policies.space import Network

Subject = TypeVar("Subject")

_ID = re.compile(r"P\d{2}")


@dataclass(frozen=True, slots=True)
class Base:
    """The version that a change starts from: the merge base with the protected branch."""

    estate: Estate
    blueprint: Blueprint


@dataclass(frozen=True)
class Context:
    """What rules judge, and the day they judge it on. `base`: where a change starts from, when a change is judged and not a state."""

    estate: Estate
    blueprint: Blueprint
    today: date
    base: Base | None = None

    @cached_property
    def extranet(self) -> tuple[Network, ...]:
        """All space of the address plan: what lies outside is the world outside."""
        return space.extranet(self.estate.pools)

    @cached_property
    def blocks(self) -> Mapping[ZoneKind, tuple[Network, ...]]:
        """The blocks of all zones of each kind, whatever site they are of."""
        return space.by_kind(self.blueprint)


class Rule(ABC, Generic[Subject]):
    """A domain rule.

    `id`: P01…P38; `title`: what it demands, in Chinese; `article`: the words it rests on; `right`: what to do instead.
    `subjects` lists what there is to judge (counted, so that a rule that judged nothing is seen), `check` judges one of them.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    article: ClassVar[Article]
    right: ClassVar[str]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for name, kind in (("id", str), ("title", str), ("article", Article), ("right", str)):
            if not isinstance(cls.__dict__.get(name), kind) or not cls.__dict__[name]:
                raise TypeError(f"rule {cls.__name__} lacks {name}")
        if not _ID.fullmatch(cls.id):
            raise TypeError(f"rule {cls.__name__}: id {cls.id!r} is not of the form P09")
        if not cls.__doc__:
            raise TypeError(f"rule {cls.__name__} has no docstring saying how it reads its article")
        for name in ("subjects", "check"):
            if name not in cls.__dict__:
                raise TypeError(f"rule {cls.__name__} lacks {name}")

    @abstractmethod
    def subjects(self, context: Context) -> Iterable[Subject]:
        """Everything the rule has to judge."""

    @abstractmethod
    def check(self, subject: Subject, context: Context) -> Iterator[Finding]:
        """Judge one subject."""

    def finding(
        self,
        context: Context,
        declared_by: str,
        message: str,
        *,
        field: str = "",
        wrong: str = "",
        right: str = "",
        site: str | None = None,
        enforcement: Enforcement = Enforcement.MANDATORY,
        due: date | None = None,
        owners: Iterable[str] = (),
    ) -> Finding:
        """A finding of this rule at the place where the offending thing is declared. `owners`: see `Finding`; in any order."""
        asked = tuple(sorted(set(filter(None, owners))))
        consent = f"（例外须经{'、'.join(asked)}同意）" if asked else ""
        return Finding(
            code=self.id,
            where=context.estate.where(declared_by, field),
            message=f"{self.title}：{message}",
            wrong=wrong,
            right=(right or self.right) + consent,
            source=str(self.article),
            enforcement=enforcement,
            site=site,
            subject=declared_by,
            due=due,
            owners=asked,
        )
