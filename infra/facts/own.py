"""What OpenStack makes by itself, and what tenants may make: known and named here and nowhere else, so that nothing is ignored
by a wildcard. Everything that is not exactly like this is compared, and is extra if no blueprint declares it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from infra.facts.cloud import Raw

DEFAULT_GROUP = "default"


def is_default_group(group: Raw) -> bool:
    """The group that Neutron makes in every project, as Neutron makes it."""
    return bool(group["name"] == DEFAULT_GROUP)


def is_default_rule(rule: Raw, group: Raw) -> bool:
    """A rule that Neutron puts into a default group: everything out, and in from the same group. No port of ours carries the group."""
    plain = not rule["protocol"] and rule["port_range_min"] is None and rule["port_range_max"] is None
    if rule["direction"] == "egress":
        return plain and not rule["remote_ip_prefix"] and not rule["remote_group_id"]
    return plain and bool(rule["remote_group_id"] == group["id"]) and not rule["remote_ip_prefix"]


@dataclass(frozen=True, slots=True)
class OwnPort:
    """A sort of port that nobody declares. `belongs` says whether a port is of this sort *and* as it must be."""

    reason: str
    belongs: Callable[[Raw, OwnPorts], bool]


@dataclass(frozen=True, slots=True)
class OwnPorts:
    """What is needed to know such a port: ids of the site's networks, of its routers' external networks, and each tenant's share."""

    networks: frozenset[str]
    gateways: frozenset[tuple[str, str]]
    tenants: frozenset[tuple[str, str, str]]
    """`(project, network, security group)` that were shared to a tenant."""

    def sort(self, port: Raw) -> str:
        """The reason why nobody declares this port; empty when somebody should have."""
        return next((own.reason for own in OWN_PORTS if own.belongs(port, self)), "")


def _is_metadata(port: Raw, known: OwnPorts) -> bool:
    """OVN's local port of a network, from which metadata is served; one a network, without addresses where there is no DHCP."""
    return bool(
        port["device_owner"] == "network:distributed"
        and port["network_id"] in known.networks
        and port["device_id"] == f"ovnmeta-{port['network_id']}"
    )


def _is_gateway(port: Raw, known: OwnPorts) -> bool:
    """The port by which a router uses its external network; which network that may be is compared on the router."""
    return bool(
        port["device_owner"] == "network:router_gateway" and (port["device_id"], port["network_id"]) in known.gateways
    )


def _is_machine(port: Raw, known: OwnPorts) -> bool:
    """A port of a tenant's own machine: in the network shared to it, with the group shared to it and no other, and guarded."""
    groups = port["security_groups"]
    return bool(
        len(groups) == 1
        and (port["project_id"], port["network_id"], groups[0]) in known.tenants
        and port.get("port_security_enabled", True)
        and not port["allowed_address_pairs"]
        and not port["device_owner"].startswith("network:")
    )


OWN_PORTS = (
    OwnPort("OVN 的元数据端口（每网络一个）", _is_metadata),
    OwnPort("路由器的外部网关端口", _is_gateway),
    OwnPort("租户自有主机的端口（在共享给它的网络上，用共享给它的安全组）", _is_machine),
)
