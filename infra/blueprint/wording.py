"""How flows, papers and restores are said to people, in reviews and explanations alike."""

from __future__ import annotations

from collections.abc import Iterable

from infra.blueprint.planned import RestorePlan
from infra.blueprint.types import PermitPlan, TenantFlowPlan
from infra.blueprint.works import PaperPlan


def span(row: PermitPlan | TenantFlowPlan) -> str:
    """The ports of a flow as people write them: `443/tcp`, `8000-8010/udp`."""
    ports = f"{row.port_min}" if row.port_min == row.port_max else f"{row.port_min}-{row.port_max}"
    return f"{ports}/{row.protocol}"


def way(row: TenantFlowPlan) -> str:
    """From whom to whom a tenant's own flow leads."""
    tenant = row.declared_by.partition(":")[2]
    return f"{row.zone_id} → {tenant}" if row.direction == "ingress" else f"{tenant} → {row.zone_id}"


def purpose(row: PermitPlan | TenantFlowPlan) -> str:
    """What a flow is for, and until when."""
    return f"{row.purpose}，至 {row.expires}" if row.expires else row.purpose


def paper(row: PaperPlan) -> str:
    """Number, who issued it when, and until when it holds; what was never issued says 示例."""
    until = f"，至 {row.expires}" if row.expires else ""
    return f"{row.number}{_example(row.example)}，{row.issuer} {row.issued}{until}"


def restored(row: RestorePlan | None) -> str:
    """The last restore that was tried and what came of it."""
    if row is None:
        return "没有做过"
    outcome = "一致" if row.equal else "不一致"
    return f"{row.tested}{_example(row.example)}，用 {row.copy_at} 的副本，{row.minutes} 分钟，数据{outcome}"


def places(sites: Iterable[str], named: int = 3) -> str:
    """Few places by name, more (than `named`) by their number: sites, or `here 到 there`."""
    names = sorted(set(sites))
    return "、".join(names) if len(names) <= named else f"{len(names)} 处"


def _example(said: bool) -> str:
    return "（示例）" if said else ""
