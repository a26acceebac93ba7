"""A change as a reviewer reads it: one screen of Markdown, what the internet sees first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from infra.blueprint.diff import Changed, Diff, TenantFlow
from infra.blueprint.types import PermitPlan

MOST = 12
"""Lines a section shows; the rest is counted, because a summary that scrolls is not read."""


def review(diff: Diff) -> str:
    """The Markdown of a diff. Sections without changes are named in one line at the end, so that silence is not mistaken for absence."""
    sections: list[tuple[str, list[str]]] = [
        ("互联网暴露面", [_changed(row) for row in diff.exposure]),  # line by line: nothing here may be overlooked
        ("开通的流向", [*_permits(diff.flows_opened), *map(_tenant_flow, diff.tenant_flows_opened)]),
        ("关闭的流向", [*_permits(diff.flows_closed), *map(_tenant_flow, diff.tenant_flows_closed)]),
        ("地址", _subjects(diff.addresses)),
        ("租户", _subjects(diff.tenants)),
        ("例外", _subjects(diff.waivers)),
        ("配额", _subjects(diff.quotas)),
        ("站点", _subjects(diff.sites)),
        ("平台", _subjects(diff.services)),
        ("部门自有设施与既有专网", _subjects(diff.facilities)),
    ]
    lines = ["# 变更摘要", ""]
    if diff.empty:
        return "\n".join([*lines, "推导结果没有变化。"]) + "\n"
    for title, rows in sections:
        if rows:
            lines += [f"## {title}（{len(rows)}）", *_shown(rows), ""]
    unchanged = [title for title, rows in sections if not rows]
    if unchanged:
        lines.append(f"无变化：{'、'.join(unchanged)}。")
    return "\n".join(lines) + "\n"


def _shown(rows: Sequence[str]) -> Iterator[str]:
    yield from (f"- {row}" for row in rows[:MOST])
    if len(rows) > MOST:
        yield f"- ……另有 {len(rows) - MOST} 处"


def _permits(rows: Sequence[PermitPlan]) -> list[str]:
    """A flow of every site is one line: its sites are counted, not listed."""
    grouped: dict[str, list[str]] = {}
    for row in rows:
        ports = str(row.port_min) if row.port_min == row.port_max else f"{row.port_min}-{row.port_max}"
        crossing = row.source[0] != row.target[0] and row.target[0]
        way = (
            f"{row.source[1]} → {row.target[1]}{'（跨站点）' if crossing else ''} {ports}/{row.protocol}，{row.purpose}"
        )
        grouped.setdefault(way, []).append(row.source[0])
    return [f"{way}，{_places(places)}" for way, places in sorted(grouped.items())]


def _places(places: list[str]) -> str:
    names = sorted(set(places))
    return f"{'、'.join(names)}" if len(names) <= 3 else f"{len(names)} 个站点"


def _tenant_flow(row: TenantFlow) -> str:
    ports = str(row.port_min) if row.port_min == row.port_max else f"{row.port_min}-{row.port_max}"
    way = f"{row.peer} → {row.tenant}" if row.direction == "ingress" else f"{row.tenant} → {row.peer}"
    return f"租户 {way} {ports}/{row.protocol}"


def _subjects(rows: Sequence[Changed]) -> list[str]:
    """Field by field; what is new or gone as a whole has one line that says everything of it."""
    lines: list[str] = []
    for subject, group in groupby(rows, key=lambda row: row.subject):
        fields = list(group)
        if len(fields) > 1 and not any(row.before for row in fields):
            lines.append(f"{subject} 新增：" + "；".join(f"{row.field} {row.after}" for row in fields))
        elif len(fields) > 1 and not any(row.after for row in fields):
            lines.append(f"{subject} 取消：" + "；".join(f"{row.field} {row.before}" for row in fields))
        else:
            lines += map(_changed, fields)
    return lines


def _changed(row: Changed) -> str:
    if not row.before:
        return f"{row.subject} 新增 {row.field}：{row.after}"
    if not row.after:
        return f"{row.subject} 取消 {row.field}：{row.before}"
    return f"{row.subject} 的 {row.field}：{row.before} → {row.after}"
