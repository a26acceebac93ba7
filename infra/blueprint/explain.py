"""Everything that is derived from one declared thing, and the chain that leads there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass

from infra.blueprint.types import Blueprint, PermitPlan, RoutePlan

_TITLES = {
    "SitePlan": "站点",
    "ZonePlan": "区域",
    "TenantPlan": "租户",
    "NetworkPlan": "网络",
    "LegPlan": "路由器端口",
    "RouterPlan": "路由器",
    "RoutePlan": "路由",
    "RulePlan": "安全规则",
    "SecurityGroupPlan": "安全组",
    "WirePlan": "互联线路",
    "ExternalPlan": "互联网出口",
    "ProjectPlan": "项目与配额",
    "GroupMembership": "成员组",
    "PermitPlan": "区域许可",
    "LegacyPlan": "既有专网",
    "CountyPlan": "县级单位",
    "UnitPlan": "接入单位",
    "VpnPlan": "VPN 实例",
    "NodePlan": "骨干节点",
    "TrunkPlan": "干线",
    "RingPlan": "环网",
    "ServicePlan": "平台",
    "WaiverPlan": "例外",
}


@dataclass(frozen=True, slots=True)
class Derived:
    """One derived thing. `chain`: where it stands in the blueprint, from the site down."""

    sort: str
    text: str
    chain: tuple[str, ...]


def explain(blueprint: Blueprint, reference: str) -> tuple[Derived, ...]:
    """All that is derived from a reference such as `tenant:suqian_renshe`, in the order of the blueprint."""
    return tuple(_walk(blueprint, reference, reference.partition(":")[2], ()))


def _walk(value: object, reference: str, identity: str, chain: tuple[str, ...]) -> Iterator[Derived]:
    if isinstance(value, tuple):
        for member in value:
            yield from _walk(member, reference, identity, chain)
        return
    if not is_dataclass(value) or isinstance(value, type):
        return
    if _comes_from(value, reference, identity):
        sort = type(value).__name__
        yield Derived(_TITLES.get(sort, sort), _text(value), chain)
    name = getattr(value, "id", "")
    below = (*chain, name) if isinstance(name, str) and name else chain
    for row in fields(value):
        yield from _walk(getattr(value, row.name), reference, identity, below)


def _comes_from(value: object, reference: str, identity: str) -> bool:
    if isinstance(value, RoutePlan):
        return (identity if reference.startswith("flow:") else reference) in value.flows
    return getattr(value, "declared_by", None) == reference


def _text(value: object) -> str:
    """The plain fields of a derived thing; what hangs below it is listed by itself."""
    if isinstance(value, RoutePlan):
        return f"{value.destination} 经 {value.next_hop}"
    if isinstance(value, PermitPlan):
        ports = f"{value.port_min}" if value.port_min == value.port_max else f"{value.port_min}-{value.port_max}"
        return (
            f"{'/'.join(filter(None, value.source))} → {'/'.join(filter(None, value.target))} {ports}/{value.protocol}"
        )
    words = []
    for row in fields(value):  # type: ignore[arg-type]  # only called with dataclass instances
        found = getattr(value, row.name)
        if row.name in ("declared_by", "name") or found in ("", None, ()):
            continue
        if isinstance(found, str | int):
            words.append(f"{row.name}={found}")
        elif is_dataclass(found) and all(isinstance(getattr(found, inner.name), str | int) for inner in fields(found)):
            words.append(f"{row.name}=({', '.join(f'{i.name}={getattr(found, i.name)}' for i in fields(found))})")
    return " ".join(words)
