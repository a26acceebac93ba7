"""Who may grant an exception from which rule: one table (column "exception" of the rules' sources), and nobody for some."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from infra.model.enums import AuthorityKind
from infra.model.province import Authority


class Grantor(Enum):
    """Whose consent an exception needs. `OFFICE` is the province's, `LOCAL_OFFICE` that of the city which the subject belongs to."""

    LEADING_GROUP = "领导小组"
    OFFICE = "省信息化主管部门"
    LOCAL_OFFICE = "本市信息化主管部门"
    DRC = "发展改革（计划）部门"
    FINANCE = "财政部门"
    CENTRAL = "国家法律或中央规定"
    ASSESSOR = "测评机构"
    BOTH_OWNERS = "双方责任单位"

    def consents(self, authorities: Iterable[Authority], site: str | None) -> bool:
        """Whether these bodies, together, give this consent for a subject of the site."""
        kinds = Counter((row.kind, row.site) for row in authorities)
        match self:
            case Grantor.LEADING_GROUP:
                return kinds[AuthorityKind.LEADING_GROUP, None] > 0
            case Grantor.OFFICE:
                return kinds[AuthorityKind.COMPETENT_OFFICE, None] > 0
            case Grantor.LOCAL_OFFICE:
                own = None if site in (None, "province", "dr") else site
                return kinds[AuthorityKind.COMPETENT_OFFICE, own] > 0
            case Grantor.DRC:
                return kinds[AuthorityKind.DRC, None] > 0
            case Grantor.FINANCE:
                return kinds[AuthorityKind.FINANCE, None] > 0
            case Grantor.CENTRAL:
                return kinds[AuthorityKind.CENTRAL, None] > 0
            case Grantor.ASSESSOR:
                return any(kind is AuthorityKind.ASSESSOR for kind, _ in kinds)
            case Grantor.BOTH_OWNERS:
                return sum(kind is AuthorityKind.OWNER for kind, _ in kinds.elements()) > 1


@dataclass(frozen=True, slots=True)
class Grant:
    """How an exception comes about: by all bodies of one of the `ways`.

    `longest`: how long after its approval it may last. `but`: fields about which there is no exception (operation costs in P10).
    """

    ways: tuple[tuple[Grantor, ...], ...]
    longest: timedelta | None = None
    but: tuple[str, ...] = ()

    def given_by(self, authorities: Iterable[Authority], site: str | None) -> bool:
        """Whether one of the ways is complete. A body that consents twice consents once."""
        given = tuple({row.id: row for row in authorities}.values())
        return any(all(grantor.consents(given, site) for grantor in way) for way in self.ways)

    @property
    def words(self) -> str:
        """The ways as people read them."""
        text = "；或".join("＋".join(grantor.value for grantor in way) for way in self.ways)
        if self.longest:
            text += f"，不超过 {self.longest.days} 天"
        if self.but:
            text += f"；{'、'.join(self.but)} 没有例外"
        return text


def _by(*grantors: Grantor) -> Grant:
    return Grant((grantors,))


GRANTS: Mapping[str, Grant | None] = {
    "P01": None,
    "P02": None,
    "P03": _by(Grantor.OFFICE),
    "P04": None,
    "P05": _by(Grantor.OFFICE, Grantor.ASSESSOR),
    "P06": _by(Grantor.BOTH_OWNERS, Grantor.OFFICE),
    "P07": None,
    "P08": _by(Grantor.LOCAL_OFFICE),
    "P09": _by(Grantor.CENTRAL),
    "P10": Grant(((Grantor.OFFICE,),), but=("budget", "lines")),
    "P11": Grant(((Grantor.LEADING_GROUP,), (Grantor.CENTRAL,))),
    "P12": _by(Grantor.LEADING_GROUP),
    "P13": _by(Grantor.LEADING_GROUP, Grantor.DRC, Grantor.FINANCE),
    "P14": _by(Grantor.LOCAL_OFFICE),
    "P15": _by(Grantor.OFFICE),
    "P16": _by(Grantor.OFFICE, Grantor.FINANCE, Grantor.LEADING_GROUP),
    "P17": None,
    "P18": _by(Grantor.FINANCE),
    "P19": None,
    "P20": None,
    "P21": None,
    "P22": Grant(((Grantor.OFFICE,),), longest=timedelta(days=30)),
    "P23": _by(Grantor.OFFICE),
    "P24": _by(Grantor.OFFICE),
    "P25": None,
    "P26": _by(Grantor.LOCAL_OFFICE),
    "P27": None,
    "P28": None,
    "P29": _by(Grantor.OFFICE),
    "P30": _by(Grantor.OFFICE),
    "P31": _by(Grantor.CENTRAL),
    "P32": _by(Grantor.BOTH_OWNERS),
    "P33": _by(Grantor.OFFICE),
    "P34": None,
    "P35": _by(Grantor.OFFICE),
    "P36": _by(Grantor.CENTRAL),
    "P37": _by(Grantor.OFFICE),
    "P38": None,
}
"""Rule → how an exception from it is granted; `None`: nobody may grant one."""
