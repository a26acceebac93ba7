"""A change as a reviewer reads it: one screen of Markdown, what the internet sees first."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from infra.addressing.usage import Held, Shift, Usage
from infra.blueprint.canonical import digest
from infra.blueprint.diff import Changed, diff
from infra.blueprint.moved import moved
from infra.blueprint.types import Blueprint, PermitPlan, TenantFlowPlan
from infra.blueprint.wording import places, purpose, span, way
from infra.report.background import Background

MOST = 8
"""Lines a section shows; the rest is counted, because a summary that scrolls is not read. Exposure is never cut."""

_AT_SITE = re.compile(r"(?:\w+:)?(?P<site>\w+)/(?P<thing>\S+)")
"""A subject that belongs to a site: `zone:suqian/public_shared`, `suqian/suqian_renshe`."""


def review(base: Blueprint, head: Blueprint, pools: Iterable[Shift] = ()) -> str:
    """The Markdown of what differs from `base` to `head`; `pools`: the address space of which something was given out or became free.

    Sections without changes are named in one line at the end, so that silence is not mistaken for absence; the declarations that anything
    else is derived from are counted, whether a section speaks of them or not. The fingerprint is what has to be applied.
    """
    seals = digest(base), digest(head)
    given = [*map(_shift, pools)]
    if seals[0] == seals[1]:
        same = ["# 变更摘要", "", f"推导结果没有变化。蓝图指纹 {seals[1]}"]
        return "\n".join([*same, *(["", f"## 地址（{len(given)}）", *_shown(given)] if given else [])]) + "\n"
    found = diff(base, head)
    background = Background(found, head)
    sections: list[tuple[str, list[str]]] = [
        ("开通的流向", [*_permits(found.flows_opened), *map(_tenant_flow, found.tenant_flows_opened)]),
        ("流向的用途和期限", _subjects(found.terms)),
        ("例外", _subjects(found.waivers)),
        ("关闭的流向", [*_permits(found.flows_closed), *map(_tenant_flow, found.tenant_flows_closed)]),
        ("须经同意的边界单位", background.owners(found)),
        ("租户", [*_subjects(found.tenants), *background.tenants()]),
        ("项目与经费", [*_subjects(found.works), *background.works()]),
        ("配额", _subjects(found.quotas)),
        ("地址", [*given, *_subjects(found.addresses)]),
        ("站点", _subjects(found.sites)),
        ("平台", [*_subjects(found.services), *background.services()]),
        ("部门自有设施与既有专网", _subjects(found.facilities)),
        ("推导结果有变化的声明", list(_moved(moved(base, head)))),
    ]
    lines = ["# 变更摘要", "", f"蓝图指纹 {seals[1]}（变更前 {seals[0][:12]}…）", ""]
    exposure = _subjects(found.exposure, every=True)
    if exposure:
        lines += [f"## 互联网暴露面（{len(exposure)}）", *(f"- {row}" for row in exposure), ""]
    for title, rows in sections:
        if rows:
            lines += [f"## {title}（{len(rows)}）", *_shown(rows), ""]
    unchanged = [title for title, rows in [("互联网暴露面", exposure), *sections] if not rows]
    if unchanged:
        lines.append(f"无变化：{'、'.join(unchanged)}。")
    return "\n".join(lines) + "\n"


def _shown(rows: Sequence[str]) -> Iterator[str]:
    yield from (f"- {row}" for row in rows[:MOST])
    if len(rows) > MOST:
        yield f"- ……另有 {len(rows) - MOST} 处"


def _permits(rows: Sequence[PermitPlan]) -> list[str]:
    """A flow of every site is one line: its sites are counted, not listed."""
    sites: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        here, there = row.source[0], row.target[0]
        place = f"{here} 到 {there}" if there and here != there else here
        sites[f"{row.source[1]} → {row.target[1]} {span(row)}，{purpose(row)}"].append(place)
    return [f"{text}，{places(names)}" for text, names in sorted(sites.items())]


def _tenant_flow(row: TenantFlowPlan) -> str:
    return f"租户 {way(row)} {span(row)}，{purpose(row)}"


def _shift(row: Shift) -> str:
    before = f"{_use(row.before)} → " if row.before else ""
    return f"地址池 {row.site} {row.after.label}：{before}{_use(row.after)}，共 {row.after.size} 个地址"


def _use(usage: Usage) -> str:
    return f"已用 {usage.count(Held.USED)}，占 {100 * usage.share:.2f}%"


def _moved(references: Iterable[str]) -> Iterator[str]:
    """How many of each sort; few are named."""
    for sort, group in groupby(references, key=lambda row: row.partition(":")[0]):
        names = [row.partition(":")[2] for row in group]
        yield f"{sort} {len(names)} 个" + (f"：{'、'.join(names)}" if len(names) <= 3 else "")


def _subjects(rows: Sequence[Changed], *, every: bool = False) -> list[str]:
    """Field by field; what is new or gone as a whole has one line that says all of it. What is the same at several sites is said once.

    `every`: nothing may be overlooked; each value has its line, each site its name.
    """
    sites: dict[str, list[str]] = defaultdict(list)
    for subject, group in groupby(rows, key=lambda row: row.subject):
        at_site = _AT_SITE.fullmatch(subject)
        fields = list(group)
        for text in map(_changed, fields) if every else _texts(fields):
            sites[f"{at_site['thing'] if at_site else subject}{text}"].append(at_site["site"] if at_site else "")
    named = len(rows) if every else 3
    return [f"{text}，{places(names, named)}" if any(names) else text for text, names in sites.items()]


def _texts(fields: list[Changed]) -> list[str]:
    if not fields[0].whole:
        return [_changed(row) for row in fields]
    if fields[0].after:
        return [" 新增：" + "；".join(f"{row.field} {row.after}" for row in fields)]
    return [" 取消：" + "；".join(f"{row.field} {row.before}" for row in fields)]


def _changed(row: Changed) -> str:
    if not row.before:
        return f" 新增 {row.field}：{row.after}"
    if not row.after:
        return f" 取消 {row.field}：{row.before}"
    return f" 的 {row.field}：{row.before} → {row.after}"
