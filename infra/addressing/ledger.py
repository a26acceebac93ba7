"""The ledger: its text, and whether it answers what is declared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from itertools import pairwise

from infra.addressing.demand import Demand, demands, space
from infra.addressing.seal import seal
from infra.codes import Code
from infra.findings import Finding, Where
from infra.model.estate import Estate, SiteEstate
from infra.model.ledger import Block, Ledger

_RUN = "运行 govnet addresses allocate"


def render(ledger: Ledger) -> str:
    """The text of a ledger file: sorted, one line a block, so that a diff reads as what changed."""
    lines = [
        "# yaml-language-server: $schema=../../schema/ledger.json",
        "# 由 govnet addresses allocate 写入，不要手改。合并冲突时先取任意一方，再运行该命令。",
        f"site: {ledger.site}",
        "sections:",
    ]
    for name, section in sorted(ledger.sections.items()):
        lines += [f"  {name}:", f'    seal: "{section.seal}"', "    blocks:" if section.blocks else "    blocks: {}"]
        lines += [f"      {key}: {_row(row)}" for key, row in sorted(section.blocks.items())]
        if section.released:
            lines.append("    released:")
            lines += [
                f"      {key}: {_row(row, f', since: {row.since}')}" for key, row in sorted(section.released.items())
            ]
    return "\n".join(lines) + "\n"


def _row(block: Block, tail: str = "") -> str:
    reserve = f", reserve: {block.reserve}" if block.reserve else ""
    return f'{{v4: {block.v4}, v6: "{block.v6}"{reserve}{tail}}}'


def check(estate: Estate, site: SiteEstate) -> Iterator[Finding]:
    """Every way in which a site's ledger does not fit what is declared: unsealed, unanswered, outside, overlapping."""
    ledger = site.ledger
    here = f"ledger:{site.id}"
    for name, section in ledger.sections.items():
        if section.seal != (right := seal(section.blocks, section.released)):
            place = estate.where(here, f"sections.{name}.seal")
            message = "台账的封条不符：手改过，或合并时两个分支都分配过"
            yield Finding(
                Code.SEAL, place, message, wrong=section.seal, right=f"{_RUN}（封条应为 {right}）", site=site.id
            )
    unanswered: dict[str, list[str]] = defaultdict(list)
    for name, rows in demands(estate, site).items():
        section_blocks = ledger.sections[name].blocks if name in ledger.sections else {}
        for row in rows:
            block = section_blocks.get(row.key)
            if block is None:
                # Zones and services are declared once for all sites; what is missing is missing at the site.
                shared = row.reference.startswith(("zone:", "service:"))
                unanswered[f"site:{site.id}" if shared else row.reference].append(f"{name}/{row.key}")
            else:
                yield from _fits(estate, site, name, row, block)
    for reference, keys in sorted(unanswered.items()):
        message = f"有 {len(keys)} 处还没有分配地址"
        shown = "、".join(keys[:3]) + ("……" if len(keys) > 3 else "")
        yield Finding(Code.NOT_ALLOCATED, estate.where(reference), message, wrong=shown, right=_RUN, site=site.id)
    yield from _overlaps(estate, site)


def _fits(estate: Estate, site: SiteEstate, name: str, row: Demand, block: Block) -> Iterator[Finding]:
    v4 = IPv4Network(block.v4)
    place = estate.where(f"ledger:{site.id}", f"sections.{name}.blocks.{row.key}.v4")
    if v4.prefixlen > row.prefix4:
        message = "地址块比申请的小，原处已不能扩大"
        right = f"/{row.prefix4}；先退网，隔离期后再按新规模申请，或另立一个租户"
        yield Finding(Code.ADDRESS, place, message, wrong=block.v4, right=right, site=site.id)
    allowed = space(estate.pools, site, name, row, site.ledger.sections)
    if not any(v4.subnet_of(network) for network in allowed.v4):
        yield _outside(site.id, place, block.v4, allowed.v4)
    if not any(IPv6Network(block.v6).subnet_of(network) for network in allowed.v6):
        yield _outside(site.id, place, block.v6, allowed.v6)


def _outside(site: str, place: Where, block: str, allowed: Sequence[IPv4Network | IPv6Network]) -> Finding:
    right = "、".join(map(str, allowed[:3]))
    return Finding(Code.ADDRESS, place, "地址块不在它的地址池里", wrong=block, right=right, site=site)


def _overlaps(estate: Estate, site: SiteEstate) -> Iterator[Finding]:
    """Blocks of one routing domain that overlap each other, and blocks that overlap a legacy range."""
    legacy = [(ip_network(text), row.id) for row in site.legacy for text in row.ranges]
    for name, section in site.ledger.sections.items():
        held = [(f"blocks.{key}", row) for key, row in section.blocks.items()]
        held += [(f"released.{key}", row) for key, row in section.released.items()]
        for version in (4, 6):
            spans = sorted((_span(row, version), key) for key, row in held)
            for ((_, last), key), ((first, _), other) in pairwise(spans):
                if first <= last:
                    place = estate.where(f"ledger:{site.id}", f"sections.{name}.{other}")
                    message = f"与 {key.partition('.')[2]} 的 IPv{version} 地址重叠"
                    yield Finding(Code.ADDRESS, place, message, wrong=other.partition(".")[2], right=_RUN, site=site.id)
        for key, row in section.blocks.items():
            for network, owner in legacy:
                first, last = _span(row, network.version)
                if first <= int(network.broadcast_address) and int(network.network_address) <= last:
                    place = estate.where(f"ledger:{site.id}", f"sections.{name}.blocks.{key}")
                    message = f"与既有业务专网 {owner} 的地址重叠"
                    yield Finding(Code.ADDRESS, place, message, wrong=row.v4, right=f"避开 {network}", site=site.id)


def _span(block: Block, version: int) -> tuple[int, int]:
    network = IPv4Network(block.reserve or block.v4) if version == 4 else IPv6Network(block.v6)
    return int(network.network_address), int(network.broadcast_address)
