"""The vocabulary in which blueprint and cloud are held against each other: facts, and the differences between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """Kinds of facts; the value is what people read."""

    DOMAIN = "域"
    PROJECT = "项目"
    QUOTA = "配额"
    USER = "用户"
    GROUP = "用户组"
    ROLE = "角色授权"
    FLAVOR = "规格"
    NETWORK = "网络"
    SUBNET = "子网"
    SCOPE = "地址作用域"
    POOL = "子网池"
    ROUTER = "路由器"
    ROUTE = "静态路由"
    LEG = "路由器接口"
    PORT = "端口"
    MACHINE = "主机"
    SECURITY_GROUP = "安全组"
    RULE = "安全组规则"
    SHARE = "共享授权"
    OTHER = "其他资源"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing of a site, in words that blueprint and cloud share: no cloud ids, references by name.

    `key` is what makes it itself among its kind: the name, or, for what has no name (rules, routes, roles, shares), its whole meaning.
    `values` are its properties as canonical text. `cloud_id` is known only of what was observed.
    """

    kind: Kind
    key: str
    values: Mapping[str, str] = field(default_factory=dict)
    cloud_id: str = ""


class Difference(StrEnum):
    """How cloud and blueprint disagree."""

    MISSING = "缺失"
    EXTRA = "多余"
    DIFFERENT = "不同"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One row of the comparison. `property` is empty for a thing that is missing or extra as a whole."""

    site: str
    difference: Difference
    kind: Kind
    key: str
    property: str = ""
    expected: str = ""
    observed: str = ""


@dataclass(frozen=True, slots=True)
class Exempt:
    """Things in the cloud that no blueprint declares and that are nevertheless right: how many, and why."""

    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Observation:
    """What is in the cloud of a site: facts to compare, and what was set aside, named."""

    facts: tuple[Fact, ...]
    exempt: tuple[Exempt, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Result for one site. `expected` and `observed` count the facts that were looked at, by kind."""

    site: str
    disagreements: tuple[Disagreement, ...]
    expected: Mapping[Kind, int]
    observed: Mapping[Kind, int]
    exempt: tuple[Exempt, ...] = ()
