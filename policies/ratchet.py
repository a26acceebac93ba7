"""The ratchet: the inventory of department networks may only shrink against the version that a change starts from.

Networks are compared by id, whatever their files are called and wherever they stand. The sealed baseline changes only by a new sealed
act, which every report names before anything else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_network

from infra.findings import Finding
from infra.model.estate import Estate
from infra.model.legacy import LegacyNetwork
from policies.rule import Base, Context
from policies.sources import Article, Document
from policies.space import inside

GROWS = "P09"
LASTS = "P10"
"""What grows is a new department network (P09), what lasts longer was to be cancelled (P10): exceptions are those of these rules."""

ARTICLE = Article(
    Document.JIANGSU_2016, "三（二）2", "各部门各单位不再新建业务专网，现有业务专网逐步取消，不再安排运行维护费用"
)


@dataclass(frozen=True, slots=True)
class SealChange:
    """A site's part of the sealed baseline that is another than before; empty: there is or was none."""

    site: str
    before: str
    after: str
    number: str


@dataclass(frozen=True, slots=True)
class Compared:
    """What was compared with the version before, and what came of it."""

    networks: int
    seals: int
    changes: tuple[SealChange, ...]
    findings: tuple[Finding, ...]


def compare(context: Context, base: Base) -> Compared:
    """Hold the inventory and the sealed baseline of a change against those of the version it starts from."""
    before, after = dict(_networks(base.estate)), dict(_networks(context.estate))
    changes = tuple(_seal_changes(base.estate, context.estate))
    findings = [_without_act(context, change.site) for change in changes if not _has_act(context, base, change.site)]
    joined = {
        identity
        for change in changes
        if _has_act(context, base, change.site)
        for identity in _joined(context, base, change.site)
    }
    for identity, (site, network) in sorted(after.items()):
        if identity in before:
            findings += _shrinks(context, site, network, before[identity][1])
        elif identity not in joined:
            right = "删去；业务在政务外网申请租户（govnet tenant new）"
            findings.append(_finding(context, site, network, GROWS, "id", "合并基里没有这个网络", identity, right))
    seals = len(base.estate.lock.sites | context.estate.lock.sites)
    return Compared(len(before | after), seals, changes, tuple(findings))


def _networks(estate: Estate) -> Iterator[tuple[str, tuple[str, LegacyNetwork]]]:
    for site in estate.sites.values():
        for network in site.legacy:
            yield network.id, (site.id, network)


def _shrinks(context: Context, site: str, now: LegacyNetwork, before: LegacyNetwork) -> Iterator[Finding]:
    """A network that was there before: no larger and no longer than it was."""
    blocks = [ip_network(block) for block in before.ranges]
    for number, block in enumerate(now.ranges):
        if not inside(block, blocks):
            right = f"不超出 {'、'.join(before.ranges)}"
            yield _finding(context, site, now, GROWS, f"ranges[{number}]", "地址段比合并基里大", block, right)
    last = before.sunset.date if before.sunset else None
    if last and now.sunset is None:
        yield _finding(context, site, now, LASTS, "sunset", "取消计划被删掉了", "", f"不晚于 {last} 的取消计划")
    elif last and now.sunset and now.sunset.date > last:
        wrong = str(now.sunset.date)
        yield _finding(context, site, now, LASTS, "sunset.date", "取消日期推后了", wrong, f"不晚于 {last}")


def _finding(
    context: Context, site: str, network: LegacyNetwork, code: str, field: str, message: str, wrong: str, right: str
) -> Finding:
    reference = f"legacy:{network.id}"
    text = f"既有专网只减不增：{message}"
    place = context.estate.where(reference, field)
    return Finding(code, place, text, wrong=wrong, right=right, source=str(ARTICLE), site=site, subject=reference)


def _seal_changes(before: Estate, after: Estate) -> Iterator[SealChange]:
    sites = before.lock.sites | after.lock.sites
    for site in sorted(sites):
        old, new = before.lock.sites.get(site), after.lock.sites.get(site)
        if (old.seal if old else "") != (new.seal if new else ""):
            approval = after.approvals.get(new.approval) if new else None
            yield SealChange(
                site, old.seal if old else "", new.seal if new else "", approval.number if approval else ""
            )


def _has_act(context: Context, base: Base, site: str) -> bool:
    """Whether a changed seal has an act of its own: another approval than before, given later. (P09 judges the approval itself.)

    A site of which nothing is sealed any more needs none: nothing of it may stand there.
    """
    now, before = context.estate.lock.sites.get(site), base.estate.lock.sites.get(site)
    if now is None or before is None:
        return now is None or now.approval in context.estate.approvals
    act, earlier = context.estate.approvals.get(now.approval), base.estate.approvals.get(before.approval)
    return act is not None and now.approval != before.approval and (earlier is None or act.issued > earlier.issued)


def _joined(context: Context, base: Base, site: str) -> set[str]:
    """Networks of a site that are sealed now and were not before."""
    now, before = context.estate.lock.sites.get(site), base.estate.lock.sites.get(site)
    return {row.id for row in (now.networks if now else ())} - {row.id for row in (before.networks if before else ())}


def _without_act(context: Context, site: str) -> Finding:
    reference = f"lock:{site}"
    right = f"先报批，把新的批准登记到 approvals/（kind: legacy，subject: {reference}），再改 approval"
    return Finding(
        GROWS,
        context.estate.where(reference, "approval"),
        "封存清单变了，却没有新的封存批准",
        wrong=context.estate.lock.sites[site].approval,
        right=right,
        source=str(ARTICLE),
        site=site,
        subject=reference,
    )
