"""Which packets must pass and which must not, derived from the blueprint's permissions.

For every ordered pair of zone instances of the deployed sites, and for the internet as target and as source:

- a permitted port must be answered by the target's listener;
- every other port on which that target listens for somebody else must be denied.

A port is listened on only if somebody among the deployed is permitted there, so every denial can be held against an answer that the
same listener gave in the same run (`infra/blueprint/proof.py`). The internet is probed over IPv4 alone: a registered egress has no
IPv6 subnet (`ExternalPlan`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

from infra.blueprint.types import Blueprint, IpVersion, PermitPlan

Instance = tuple[str, str]
"""`(site, zone)`; the internet is `INTERNET`."""

INTERNET: Instance = ("", "internet")
VERSIONS: tuple[IpVersion, ...] = (4, 6)


@dataclass(frozen=True, slots=True, order=True)
class Listener:
    """A socket that answers at the address of an instance's probe."""

    instance: Instance
    version: IpVersion
    protocol: Literal["tcp", "udp"]
    port: int

    def __str__(self) -> str:
        return f"{spoken(self.instance)} IPv{self.version} {self.port}/{self.protocol}"


@dataclass(frozen=True, slots=True, order=True)
class Probe:
    """One packet exchange to try. `flows` are the flows that permit it; none means that it must be denied."""

    source: Instance
    listener: Listener
    flows: tuple[str, ...]

    @property
    def permitted(self) -> bool:
        return bool(self.flows)

    def __str__(self) -> str:
        return f"{spoken(self.source)} → {self.listener}"


@dataclass(frozen=True, slots=True)
class Matrix:
    """All probes of a run, and the pairs that must be denied but whose target listens for nobody: no denial can be proven there."""

    probes: tuple[Probe, ...]
    unprovable: tuple[tuple[Instance, Instance, IpVersion], ...]

    @property
    def listeners(self) -> tuple[Listener, ...]:
        return tuple(sorted({probe.listener for probe in self.probes}))

    @property
    def instances(self) -> tuple[Instance, ...]:
        return tuple(sorted({end for probe in self.probes for end in (probe.source, probe.listener.instance)}))

    @property
    def pairs(self) -> int:
        """Ordered pairs of instances, once for each IP version."""
        return len({(probe.source, probe.listener.instance, probe.listener.version) for probe in self.probes})


def spoken(instance: Instance) -> str:
    return "internet" if instance == INTERNET else "/".join(instance)


def matrix(blueprint: Blueprint, sites: Sequence[str]) -> Matrix:
    """The probes between all zone instances of the given sites; `KeyError` for a site that the blueprint has not."""
    instances = [(site, zone.id) for site in sites for zone in blueprint.site(site).zones]
    if any(blueprint.site(site).cloud.external for site in sites):
        instances.append(INTERNET)
    flows = _flows(blueprint.permits, set(instances))
    listening: dict[tuple[Instance, IpVersion], set[Listener]] = defaultdict(set)
    for _, listener in flows:
        listening[listener.instance, listener.version].add(listener)

    probes: list[Probe] = []
    unprovable: list[tuple[Instance, Instance, IpVersion]] = []
    for source in instances:
        for target in instances:
            if source == target:
                continue
            for version in (4,) if INTERNET in (source, target) else VERSIONS:
                listeners = listening[target, version]
                probes += (
                    Probe(source, listener, tuple(sorted(flows.get((source, listener), ())))) for listener in listeners
                )
                if not listeners:
                    unprovable.append((source, target, version))
    return Matrix(tuple(sorted(probes)), tuple(sorted(unprovable)))


def addresses(blueprint: Blueprint, sites: Sequence[str]) -> dict[tuple[Instance, IpVersion], str]:
    """Where the probe of each instance sits; the internet's is the gateway of the external network."""
    found: dict[tuple[Instance, IpVersion], str] = {}
    for site in map(blueprint.site, sites):
        for zone in site.zones:
            for version in VERSIONS:
                found[(site.id, zone.id), version] = zone.probe.addresses.of(version)
        if site.cloud.external:
            found[INTERNET, 4] = site.cloud.external.gateway
    return found


def _flows(permits: Iterable[PermitPlan], instances: set[Instance]) -> dict[tuple[Instance, Listener], set[str]]:
    """Which flows permit a source to reach a listener. Of a port range both ends are listened on."""
    # A zone has one foot, which cannot prove that it answers its own zone's machines: a port for them alone has no listener.
    inside = [
        permit for permit in permits if {permit.source, permit.target} <= instances and permit.source != permit.target
    ]
    listeners: dict[Instance, set[Listener]] = defaultdict(set)
    for permit in inside:
        for version, port in product(permit.versions, {permit.port_min, permit.port_max}):
            listeners[permit.target].add(Listener(permit.target, version, permit.protocol, port))
    flows: dict[tuple[Instance, Listener], set[str]] = defaultdict(set)
    for permit in inside:
        for listener in listeners[permit.target]:
            if _covers(permit, listener):
                flows[permit.source, listener].add(permit.flow)
    return flows


def _covers(permit: PermitPlan, listener: Listener) -> bool:
    return (
        listener.version in permit.versions
        and listener.protocol == permit.protocol
        and permit.port_min <= listener.port <= permit.port_max
    )
