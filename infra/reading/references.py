"""What one file alone cannot tell: ids that repeat, and references that lead nowhere."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from infra.codes import Code
from infra.model.enums import ApprovalKind, Between, Level, ZoneKind
from infra.model.flow import EVERY_ZONE, INTERNET, Flow
from infra.model.governance import Approval, Waiver
from infra.model.legacy import LegacyLock, LegacyNetwork, seal
from infra.model.pool import Pools
from infra.model.province import Province, SiteEntry
from infra.model.site import Site
from infra.model.tenant import Tenant
from infra.model.zone import Zone
from infra.reading.nodes import Document, Path
from infra.reading.words import nearest


def unknown(document: Document, path: Path, sort: str, value: str, known: Iterable[str]) -> None:
    """Say that a reference leads nowhere, with the nearest that would lead somewhere."""
    document.add(Code.REFERENCE, path, f"没有这个{sort}", wrong=value, right=nearest(value, known))


def repeated(document: Document, base: str, field: str, values: Iterable[Hashable], what: str) -> None:
    """Say which rows of a list repeat a value that must be unique."""
    first: dict[Hashable, int] = {}
    for number, value in enumerate(values):
        if value in first:
            path = (base, number, field)
            document.add(
                Code.DUPLICATE_ID, path, f"{what}重复", wrong=str(value), right=f"与 {base}[{first[value]}] 不同"
            )
        else:
            first[value] = number


def check_province(document: Document, province: Province) -> None:
    rows = province.sites
    for field, what in (("id", "站点标识"), ("slot", "地址槽位"), ("code", "区划代码")):
        repeated(document, "sites", field, (getattr(row, field) for row in rows), what)
    repeated(document, "authorities", "id", (row.id for row in province.authorities), "批准机关标识")
    known = [row.id for row in rows]
    for number, authority in enumerate(province.authorities):
        if authority.site is not None and authority.site not in known:
            unknown(document, ("authorities", number, "site"), "站点", authority.site, known)
    repeated(document, "flavors", "id", (row.id for row in province.flavors), "规格标识")
    for number, row in enumerate(rows):
        _check_slot(document, ("sites", number, "slot"), row)
    if not any(row.level is Level.PROVINCE for row in rows):
        document.add(Code.REFERENCE, ("sites",), "没有省级站点", right="level: province 的一行")


def _check_slot(document: Document, path: Path, row: SiteEntry) -> None:
    slots = {Level.PROVINCE: (0, 0), Level.CITY: (1, 13), Level.DR: (14, 14)}
    if row.level not in slots:
        known = [level.value for level in slots]
        document.add(Code.VALUE, (*path[:-1], "level"), "站点没有这一级", wrong=row.level.value, right="、".join(known))
        return
    low, high = slots[row.level]
    if not low <= row.slot <= high:
        right = str(low) if low == high else f"{low}–{high}"
        document.add(Code.VALUE, path, f"{row.level.label}的地址槽位不对", wrong=str(row.slot), right=right)


def check_zones(document: Document, zones: tuple[Zone, ...]) -> None:
    repeated(document, "zones", "id", (zone.id for zone in zones), "区域标识")
    repeated(document, "zones", "vpn", (f"{zone.kind.value} {zone.vpn}" for zone in zones), "区域种类与 VPN 实例号")
    for number, zone in enumerate(zones):
        if zone.vpn and zone.kind is not ZoneKind.DEDICATED:
            document.add(
                Code.VALUE, ("zones", number, "vpn"), "只有专用网络区有 VPN 实例", wrong=str(zone.vpn), right="0"
            )


def check_flows(document: Document, flows: tuple[Flow, ...], zones: tuple[Zone, ...]) -> None:
    repeated(document, "flows", "id", (flow.id for flow in flows), "流向标识")
    kinds = {zone.kind for zone in zones}
    for number, flow in enumerate(flows):
        base: Path = ("flows", number)
        for name, ends in (("from", flow.source), ("to", flow.target)):
            for index, end in enumerate(ends):
                if isinstance(end, ZoneKind) and end not in kinds:
                    unknown(document, (*base, name, index), "区域种类的区域", end.value, (kind.value for kind in kinds))
        if INTERNET in flow.target and set(flow.source) != {ZoneKind.INTERNET_ACCESS}:
            spoken = "、".join(flow.source)
            document.add(Code.VALUE, (*base, "from"), "只有互联网区能出互联网", wrong=spoken, right="internet_access")
        if flow.between is Between.SAME_SITE:
            continue
        if INTERNET in flow.target:
            document.add(
                Code.VALUE, (*base, "between"), "出互联网只在本站点内说", wrong=flow.between.value, right="same_site"
            )
        if EVERY_ZONE in (*flow.source, *flow.target) or set(flow.source) != set(flow.target):
            # A wire joins a zone with the same zone of the other site; nothing else crosses sites.
            spoken = "、".join(flow.target)
            document.add(
                Code.VALUE, (*base, "to"), "跨站点的流向只在同一种区域之间", wrong=spoken, right="to 与 from 相同"
            )


def check_pools(document: Document, pools: Pools, zones: tuple[Zone, ...]) -> None:
    for kind in sorted({zone.kind for zone in zones}):
        if kind not in pools.zones:
            document.add(Code.MISSING_FIELD, ("zones",), f"{kind.label}没有地址池", right=f"zones: {kind.value}: ……")
    needs = sorted({zone.kind for zone in zones if zone.vpn})
    for kind in needs:
        if kind in pools.zones and pools.zones[kind].instances is None:
            document.add(
                Code.MISSING_FIELD,
                ("zones", kind.value),
                "有多个 VPN 实例的池要说明怎么切",
                right="instances: {v4: 16, v6: 48}",
            )


def check_site(
    document: Document, site: Site, folder: str, zones: tuple[Zone, ...], sites: Iterable[str], approvals: Iterable[str]
) -> None:
    if site.id != folder:
        document.add(Code.REFERENCE, ("id",), "标识与文件夹名不同", wrong=site.id, right=folder)
    for number, row in enumerate(site.without):
        if row.zone not in {zone.id for zone in zones}:
            unknown(document, ("without", number, "zone"), "区域", row.zone, (zone.id for zone in zones))
    others = set(sites) - {site.id}
    for number, keeper in enumerate(site.copies_at):
        if keeper not in others:
            unknown(document, ("copies_at", number), "站点", keeper, others)
    if site.egress_via is not None and site.egress_via not in others:
        unknown(document, ("egress_via",), "站点", site.egress_via, others)
    if site.internet_egress is not None:
        if site.egress_via is not None:
            document.add(
                Code.VALUE, ("egress_via",), "已有自己的互联网出口", wrong=site.egress_via, right="两者只写其一"
            )
        if site.internet_egress.approval not in (known := set(approvals)):
            unknown(document, ("internet_egress", "approval"), "批准登记", site.internet_egress.approval, known)


def check_tenant(
    document: Document, tenant: Tenant, site: str, zones: Iterable[str], departments: Iterable[str]
) -> None:
    known = list(zones)
    _check_prefix(document, tenant.id, site)
    if tenant.department not in (units := set(departments)):
        unknown(document, ("department",), "部门", tenant.department, units)
    if tenant.zone not in known:
        unknown(document, ("zone",), "区域", tenant.zone, known)
    for number, inward in enumerate(tenant.flows.ingress):
        if inward.zone not in known:
            unknown(document, ("flows", "ingress", number, "from"), "区域", inward.zone, known)
    for number, outward in enumerate(tenant.flows.egress):
        if outward.zone not in known:
            unknown(document, ("flows", "egress", number, "to"), "区域", outward.zone, known)


def check_legacy(document: Document, network: LegacyNetwork, site: str, departments: Iterable[str]) -> None:
    _check_prefix(document, network.id, site)
    if network.department not in (units := set(departments)):
        unknown(document, ("department",), "部门", network.department, units)


def _check_prefix(document: Document, identity: str, site: str) -> None:
    if not identity.startswith(f"{site}_"):
        # So that two sites can never collide, and one site's mistake never reaches another.
        document.add(Code.VALUE, ("id",), "标识以站点标识开头", wrong=identity, right=f"{site}_{identity}")


def check_lock(document: Document, lock: LegacyLock, province: Province | None, approvals: Iterable[str]) -> None:
    if province is None:
        return
    if lock.baseline != province.legacy_baseline:
        document.add(
            Code.SEAL,
            ("baseline",),
            "基准日与 province.yaml 不同",
            wrong=str(lock.baseline),
            right=str(province.legacy_baseline),
        )
    known = [row.id for row in province.sites]
    for site, sealed in lock.sites.items():
        if site not in known:
            unknown(document, ("sites", site), "站点", site, known)
        if sealed.approval not in (register := set(approvals)):
            unknown(document, ("sites", site, "approval"), "批准登记", sealed.approval, register)
        if (right := seal(sealed.networks)) != sealed.seal:
            message = "封存内容被改动：基准日之后只减不增"
            document.add(
                Code.SEAL,
                ("sites", site, "seal"),
                message,
                wrong=sealed.seal[:12],
                right=f"恢复原文；经批准的改动写 {right}，approval 换成新的封存批准",
            )


def check_waiver(document: Document, waiver: Waiver, references: list[str] | None, approvals: Iterable[str]) -> None:
    if set(waiver.subject) & set("*?[") or waiver.subject.endswith(":"):
        right = "一条例外只对一个对象，例如 tenant:suqian_renshe"
        document.add(Code.VALUE, ("subject",), "例外不许用通配", wrong=waiver.subject, right=right)
    elif references is not None and waiver.subject not in references:
        unknown(document, ("subject",), "对象", waiver.subject, references)
    register = set(approvals)
    for number, approval in enumerate(waiver.approvals):
        if approval not in register:
            unknown(document, ("approvals", number), "批准登记", approval, register)


def check_approval(
    document: Document, approval: Approval, references: list[str] | None, authorities: list[str] | None
) -> None:
    if references is not None and approval.subject not in references:
        unknown(document, ("subject",), "对象", approval.subject, references)
    if authorities is not None and approval.issuer not in authorities:
        unknown(document, ("issuer",), "批准机关", approval.issuer, authorities)
    if approval.scan is None and not approval.example:
        right = "scan: 扫描件的 sha256（sha256sum 文件）；扫描件本身存档，不进 git"
        document.add(Code.MISSING_FIELD, ("scan",), "批准文件没有扫描件的摘要", right=right)
    if (approval.kind is ApprovalKind.WAIVER) != bool(approval.rules):
        message = "例外的批准要写明免的是哪几条规则" if not approval.rules else "只有例外的批准才写规则"
        document.add(
            Code.VALUE, ("rules",), message, wrong=approval.kind.value, right="kind: waiver 与 rules: [P22] 同写"
        )
    if approval.expires is not None and approval.expires < approval.issued:
        document.add(
            Code.VALUE, ("expires",), "失效日早于批准日", wrong=str(approval.expires), right=f"{approval.issued} 之后"
        )
