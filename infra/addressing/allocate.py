"""Handing out blocks: first fit, sticky, sorted, independent of the order of the files. Set algebra, no clock, no disk.

A block once given stays (`sticky`); new demands are served in the order of their keys, each by the lowest free block; what nobody
demands any more rests in quarantine; legacy ranges are never given out.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from ipaddress import IPv4Network

from netaddr import IPNetwork, IPSet, cidr_exclude

from infra.addressing.demand import FIRST_MACHINE, LAST_MACHINE, Demand, demands, single, space
from infra.addressing.plan import Space
from infra.addressing.seal import sealed
from infra.codes import Code
from infra.findings import Finding
from infra.model.estate import Estate, SiteEstate
from infra.model.ledger import Block, Ledger, Released, Section


class Exhausted(Exception):
    """No free block of the wanted size is left."""


def allocate(estate: Estate, site: SiteEstate, today: date) -> tuple[Ledger, list[Finding]]:
    """The site's ledger with every demand answered. What cannot be answered is a finding, and the ledger lacks it."""
    findings: list[Finding] = []
    legacy = [text for row in site.legacy for text in row.ranges]
    sections: dict[str, Section] = {}
    wanted = demands(estate, site)
    names = sorted({*wanted, *site.ledger.sections}, key=lambda name: (single(name), name))
    for name in names:  # single addresses come out of a block of another section, so they are last
        old = site.ledger.sections.get(name)
        rows = wanted.get(name, ())
        serve = _Server(old, rows, legacy, estate.pools.quarantine_days, today)
        for row in rows:
            where = space(estate.pools, site, name, row, sections)
            try:
                serve.answer(row, where)
            except Exhausted:
                right = _too_many(name)
                place = estate.where(row.reference)
                findings.append(
                    Finding(
                        Code.ADDRESS,
                        place,
                        "地址池里没有这么大的空闲块",
                        wrong=f"/{row.prefix4}",
                        right=right,
                        site=site.id,
                    )
                )
        section = sealed(serve.blocks, serve.released)
        if section.blocks or section.released:
            sections[name] = section
    return Ledger(site=site.id, sections=dict(sorted(sections.items()))), findings


def _too_many(section: str) -> str:
    if single(section):
        return f"一个区域最多 {LAST_MACHINE - FIRST_MACHINE + 1} 台规划的机器：减少台数，或把平台移到别的区域"
    return "扩大 pools.yaml 里的这一部分，或减少申请的地址数"


class _Server:
    """Answers the demands of one section."""

    def __init__(
        self, old: Section | None, rows: Iterable[Demand], legacy: list[str], quarantine_days: int, today: date
    ) -> None:
        keys = {row.key for row in rows}
        self.old = old.blocks if old else {}
        self.blocks: dict[str, Block] = {}
        rested = old.released if old else {}
        over = today - timedelta(days=quarantine_days)
        self.released = {key: row for key, row in rested.items() if row.since > over}
        for key, row in self.old.items():
            if key not in keys:
                self.released[key] = Released(v4=row.v4, v6=row.v6, reserve=row.reserve, since=today)
        self._free: dict[Space, tuple[list[IPNetwork], list[IPNetwork]]] = {}
        held = [*(row for key, row in self.old.items() if key in keys), *self.released.values()]
        self.taken4 = IPSet([*(row.reserve or row.v4 for row in held), *(text for text in legacy if ":" not in text)])
        self.taken6 = IPSet([*(row.v6 for row in held), *(text for text in legacy if ":" in text)])

    def answer(self, row: Demand, where: Space) -> None:
        """Keep the block that the key has, or find the lowest free one. Raises `Exhausted`."""
        kept = self.old.get(row.key)
        if kept is not None:
            self.blocks[row.key] = _grown(kept, row)
            return
        if row.key in self.released and self._fits(self.released[row.key], row):
            back = self.released.pop(row.key)  # whoever returns in time gets the old addresses again
            self.blocks[row.key] = Block(v4=back.v4, v6=back.v6, reserve=back.reserve)
            return
        free4, free6 = self._gaps(where)
        reserve = _carve(free4, row.prefix4 - row.growth)
        v6 = _carve(free6, row.prefix6)
        v4 = next(iter(reserve.subnet(row.prefix4)))
        self.blocks[row.key] = Block(v4=str(v4), v6=str(v6), reserve=str(reserve) if row.growth else None)

    @staticmethod
    def _fits(block: Block, row: Demand) -> bool:
        return IPv4Network(block.v4).prefixlen <= row.prefix4

    def _gaps(self, where: Space) -> tuple[list[IPNetwork], list[IPNetwork]]:
        """Free blocks of a space in address order; computed once, then carved."""
        if where not in self._free:
            free4 = IPSet([str(block) for block in where.v4]) - self.taken4
            free6 = IPSet([str(block) for block in where.v6]) - self.taken6
            self._free[where] = (list(free4.iter_cidrs()), list(free6.iter_cidrs()))
        return self._free[where]


def _grown(kept: Block, row: Demand) -> Block:
    """The same block, longer if more is asked and the reserve has it; what the reserve cannot give is said by `ledger.check`."""
    v4 = IPv4Network(kept.v4)
    if row.prefix4 >= v4.prefixlen or kept.reserve is None:
        return kept
    reserve = IPv4Network(kept.reserve)
    wider = IPv4Network((int(reserve.network_address), max(row.prefix4, reserve.prefixlen)))
    return Block(v4=str(wider), v6=kept.v6, reserve=kept.reserve)


def _carve(free: list[IPNetwork], length: int) -> IPNetwork:
    """Take the lowest block of a prefix length out of the gaps. Raises `Exhausted`."""
    for number, gap in enumerate(free):
        if gap.prefixlen <= length:
            block = next(iter(gap.subnet(length)))
            free[number : number + 1] = sorted(cidr_exclude(gap, block))
            return block
    raise Exhausted
