"""Security groups: both halves of every permission, and nothing else. Groups are stateful, so only the opening direction is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from infra import names
from infra.blueprint.addresses import Addresses
from infra.blueprint.networks import VERSIONS
from infra.blueprint.permits import INTERNET_SIDE
from infra.blueprint.types import Direction, IpVersion, PermitPlan, RulePlan, SecurityGroupPlan, TenantFlowPlan
from infra.model.base import Ports, port_range
from infra.model.enums import TenantState
from infra.model.estate import Estate, SiteEstate
from infra.model.tenant import Egress, Ingress, Tenant
from infra.model.zone import Zone

ANYWHERE = "0.0.0.0/0"
_OPEN_STATES = frozenset({TenantState.ACTIVE})
"""A frozen or leaving tenant keeps its network and loses every permission: that is what freezing is."""


class Security:
    """Derives the groups of all sites; built once, because a permission has an end in two sites."""

    def __init__(self, estate: Estate, everybody: dict[str, Addresses], permits: Iterable[PermitPlan]) -> None:
        self.estate = estate
        self.everybody = everybody
        self.with_tenants = {flow.id for flow in estate.flows if flow.tenants}
        self._out: dict[tuple[str, str], list[PermitPlan]] = defaultdict(list)
        self._in: dict[tuple[str, str], list[PermitPlan]] = defaultdict(list)
        for permit in permits:
            self._out[permit.source].append(permit)
            self._in[permit.target].append(permit)

    def zone_group(self, site: SiteEstate, zone: Zone) -> SecurityGroupPlan:
        """The group of a zone's own platforms and of its probe."""
        identity = names.group(zone.id)
        rules = self._standing(site, zone, identity, lambda permit: True)
        title = f"{site.entry.name}{zone.title}：平台与探针"
        return group_of(site, identity, title, rules, f"zone:{site.id}/{zone.id}")

    def tenant_group(self, site: SiteEstate, zone: Zone, tenant: Tenant) -> SecurityGroupPlan:
        """The group of a tenant's machines: its own flows and the standing ones that include tenants."""
        identity = names.group(tenant.id)
        rules: list[RulePlan] = []
        if tenant.state in _OPEN_STATES:
            rules = self._standing(site, zone, identity, lambda permit: permit.flow in self.with_tenants)
        here = self.everybody[site.id]
        for flow in own_flows(tenant):
            peer = site.zone(flow.zone_id)
            if peer is None:
                raise KeyError(flow.zone_id)
            remote = here.hosts(peer)
            for version in VERSIONS:
                rules.append(_own_rule(identity, flow, flow.direction, flow.zone_id, version, remote.of(version)))
        return group_of(site, identity, tenant.title, rules, f"tenant:{tenant.id}")

    def zone_halves(self, site: SiteEstate, zone: Zone, tenant: Tenant) -> tuple[RulePlan, ...]:
        """The other half of a tenant's flows: rules in the groups of the zones it deals with."""
        remote = self.everybody[site.id].tenant(zone.id, tenant.id)
        return _unique(
            _own_rule(
                names.group(flow.zone_id), flow, _OPPOSITE[flow.direction], tenant.id, version, remote.of(version)
            )
            for flow in own_flows(tenant)
            for version in VERSIONS
        )

    def _standing(
        self, site: SiteEstate, zone: Zone, group: str, wanted: Callable[[PermitPlan], bool]
    ) -> list[RulePlan]:
        here = (site.id, zone.id)
        rules: list[RulePlan] = []
        sides: tuple[tuple[Direction, list[PermitPlan]], ...] = (
            ("ingress", self._in[here]),
            ("egress", self._out[here]),
        )
        for direction, permits in sides:
            for permit in filter(wanted, permits):
                peer = permit.source if direction == "ingress" else permit.target
                for version in permit.versions:
                    remote, label = self._remote(site, peer, permit.flow, version)
                    text = f"{permit.port_min}-{permit.port_max}/{permit.protocol}"
                    rules.append(rule_of(group, direction, label, text, version, remote, permit.declared_by))
        return rules

    def _remote(self, site: SiteEstate, peer: tuple[str, str], flow: str, version: IpVersion) -> tuple[str, str]:
        """The prefix of a peer and a short name of it: its platforms alone, or its whole block when the flow includes tenants."""
        if peer == INTERNET_SIDE:
            return ANYWHERE, names.INTERNET
        zone = self.estate.sites[peer[0]].zone(peer[1])
        if zone is None:
            raise KeyError(peer)
        whole = flow in self.with_tenants
        there = self.everybody[peer[0]]
        label = peer[1] if peer[0] == site.id else f"{peer[0]}-{peer[1]}"
        return (there.block(zone) if whole else there.hosts(zone)).of(version), f"{label}-all" if whole else label


_OPPOSITE: dict[Direction, Direction] = {"ingress": "egress", "egress": "ingress"}


def own_flows(tenant: Tenant) -> tuple[TenantFlowPlan, ...]:
    """A tenant's own flows that are in force, one port range at a time, in the order in which they are declared."""
    return tuple(_in_force(tenant)) if tenant.state in _OPEN_STATES else ()


def _in_force(tenant: Tenant) -> Iterator[TenantFlowPlan]:
    ways: list[tuple[Direction, Ingress | Egress]] = [("ingress", row) for row in tenant.flows.ingress]
    ways += [("egress", row) for row in tenant.flows.egress]
    for direction, row in ways:
        expires = row.expires.isoformat() if row.expires else ""
        for protocol, low, high in map(port_range, row.ports):
            yield TenantFlowPlan(direction, row.zone, protocol, low, high, row.purpose, expires, f"tenant:{tenant.id}")


def _own_rule(
    group: str, flow: TenantFlowPlan, direction: Direction, peer: str, version: IpVersion, remote: str
) -> RulePlan:
    """One end of a tenant's own flow."""
    ports = f"{flow.port_min}-{flow.port_max}/{flow.protocol}"
    return rule_of(group, direction, peer, ports, version, remote, flow.declared_by)


def rule_of(
    group: str, direction: Direction, peer: str, ports: Ports, version: IpVersion, remote: str, declared_by: str
) -> RulePlan:
    """A rule of a group; `peer` is a short name of whom it opens the group to or for, `remote` the prefix of it."""
    protocol, low, high = port_range(ports)
    way = "in-from" if direction == "ingress" else "out-to"
    span = str(low) if low == high else f"{low}-{high}"
    identity = f"{group}-{way}-{peer}-{span}{protocol}-v{version}"
    return RulePlan(identity, group, direction, version, protocol, low, high, remote, declared_by)


def _unique(rules: Iterable[RulePlan]) -> tuple[RulePlan, ...]:
    """One rule a meaning: Neutron refuses a second one with the same meaning, and two flows may well say the same."""
    by_id: dict[str, RulePlan] = {}
    for rule in sorted(rules, key=lambda rule: (rule.id, rule.declared_by)):
        by_id.setdefault(rule.id, rule)
    return tuple(by_id.values())


def group_of(
    site: SiteEstate, identity: str, title: str, rules: Iterable[RulePlan], declared_by: str
) -> SecurityGroupPlan:
    """A group with these rules, each meaning once."""
    return SecurityGroupPlan(identity, names.named(site.id, identity), title, _unique(rules), declared_by)
