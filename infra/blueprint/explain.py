"""Everything that is derived from one declared thing, and the chain that leads there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass

from infra.blueprint.carried import FacilityPlan, HopPlan
from infra.blueprint.planned import BackupJobPlan, CopyPlan, HostPlan, LogPlan, MonitorTarget
from infra.blueprint.types import Blueprint, PermitPlan, RoutePlan, TenantFlowPlan
from infra.blueprint.wording import paper, purpose, restored, span, way
from infra.blueprint.works import WorkPlan

_TITLES = {
    "SitePlan": "站点",
    "ZonePlan": "区域",
    "TenantPlan": "租户",
    "TenantFlowPlan": "租户流向",
    "WorkPlan": "建设项目",
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
    "FacilityPlan": "部门设施",
    "VpnPlan": "VPN 实例",
    "NodePlan": "骨干节点",
    "TrunkPlan": "干线",
    "RingPlan": "环网",
    "ServicePlan": "平台",
    "HopPlan": "业务流向",
    "HostPlan": "机器",
    "MachinePlan": "云主机",
    "BackupJobPlan": "备份",
    "MonitorTarget": "监测",
    "LogPlan": "日志",
    "WaiverPlan": "例外",
    "DutyPlan": "值班",
    "OfferPlan": "运维服务",
    "PlaybookPlan": "事件预案",
    "ExercisePlan": "事件演练",
    "FreshnessPlan": "时效承诺",
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
    if isinstance(value, PermitPlan | TenantFlowPlan):
        return _flow(value)
    if isinstance(value, WorkPlan):
        return _work(value)
    if isinstance(value, HostPlan | BackupJobPlan | MonitorTarget | LogPlan | HopPlan):
        return _planned(value)
    words = []
    for row in fields(value):  # type: ignore[arg-type]  # only called with dataclass instances
        found = getattr(value, row.name)
        if row.name in ("declared_by", "name") or found in ("", None, ()):
            continue
        if isinstance(found, str | int):
            words.append(f"{row.name}={found}")
        elif is_dataclass(found) and all(isinstance(getattr(found, inner.name), str | int) for inner in fields(found)):
            words.append(f"{row.name}=({', '.join(f'{i.name}={getattr(found, i.name)}' for i in fields(found))})")
    if isinstance(value, FacilityPlan):
        words += [f"{name}={said}" for name, said in value.facts]
    return " ".join(words)


def _flow(value: PermitPlan | TenantFlowPlan) -> str:
    """Who may reach whom on which ports, what for, and until when."""
    ends = way(value) if isinstance(value, TenantFlowPlan) else f"{_end(value.source)} → {_end(value.target)}"
    return f"{ends} {span(value)} {purpose(value)}"


def _end(side: tuple[str, str]) -> str:
    return "/".join(filter(None, side))


def _work(value: WorkPlan) -> str:
    """A project with its money and papers."""
    money = f"概算 {value.estimate} 元"
    if value.line:
        money += f"，{value.year} 年度计划 {value.entry}，科目 {value.line}（{value.line_title}）余额 {value.left} 元"
    papers = "；".join(f"{row.kind} {paper(row)}" for row in value.papers)
    return (
        f"{value.title}：主管 {value.owner}，承建 {value.contractor or '未登记'}，{money}；{papers or '没有批准文件'}"
    )


def _planned(value: HostPlan | BackupJobPlan | MonitorTarget | LogPlan | HopPlan) -> str:
    """Machines, copies, watching and hops in the words of those who run them."""
    match value:
        case HostPlan():
            legs = "、".join(f"{leg.zone_id} {leg.addresses.v4} {leg.addresses.v6}" for leg in value.legs)
            made = "本工程创建" if value.realised else "规划"
            return f"{value.id} {value.capability} {value.arch} {value.flavor_id} {legs}（{made}）"
        case BackupJobPlan():
            copies = "；".join(map(_copy, value.copies))
            limits = f"最多丢失 {value.rpo_minutes} 分钟，{value.rto_minutes} 分钟内恢复"
            return f"{value.source} {value.backup}：{copies}；{limits}；恢复演练：{restored(value.restored)}"
        case MonitorTarget():
            by = value.watched_by or "没有监测机"
            return f"{value.host_id} {value.port}/tcp {value.job}：{by}，{_by_flows(value.flows)}"
        case LogPlan():
            by = value.kept_by or "没有日志机"
            return f"{value.host_id} → {by} {value.port}/tcp，留 {value.keep_days} 天，{_by_flows(value.flows)}"
        case HopPlan():
            ports = "、".join(value.ports)
            return f"{value.source} → {value.target} {ports} {value.purpose}：{_by_flows(value.flows)}"


def _copy(copy: CopyPlan) -> str:
    how_often = "实时" if copy.every_minutes == 0 else f"每 {copy.every_minutes} 分钟"
    place = "异地" if copy.offsite else "本地"
    return f"{place}副本在 {copy.site}/{copy.host_id or '没有备份机'}，{how_often}，留 {copy.keep_days} 天"


def _by_flows(flows: tuple[str, ...]) -> str:
    return f"经常设流向 {'、'.join(flows)}" if flows else "没有常设流向放行，仅声明"
