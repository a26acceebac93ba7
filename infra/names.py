"""Ids and every name derived from them, in one place.

A resource has an *id*: unique in its stack, stable for ever, the Pulumi logical name. Its *name* in OpenStack is `<site>-<id>`, unique
in its project, so that what a killed run left can be found again and adopted.
"""

from __future__ import annotations

from collections.abc import Mapping

OPERATOR_PROJECT = "extranet"
"""The operator's project of a site: owns every network, subnet, router and security group of the extranet there."""

DOMAIN = "domain"
"""Logical name of a site's Keystone domain."""

MANAGER = "manager"
"""Logical name of a site's domain manager."""

OPERATOR = "operator"
"""Logical name of a site's operator."""

LAYERS = ("cloud", "identity", "network", "tenants", "platform")
"""Layers in dependency order within a site."""

LAYERS_BELOW: Mapping[str, frozenset[str]] = {
    "cloud": frozenset(),
    "identity": frozenset({"cloud"}),
    "network": frozenset({"cloud", "identity"}),
    "tenants": frozenset({"cloud", "identity", "network"}),
    "platform": frozenset({"cloud", "identity", "network"}),
}
"""Layer → the layers that it stands on. Tenants and machines need nothing of each other."""

PROJECT = "govnet"
"""Name of the Pulumi project."""


def stack(site: str, layer: str) -> str:
    return f"{site}.{layer}"


def qualified_stack(site: str, layer: str) -> str:
    """A stack's full name, by which other stacks refer to it."""
    return f"organization/{PROJECT}/{stack(site, layer)}"


def named(site: str, resource_id: str) -> str:
    """The OpenStack name of a resource of a site."""
    return f"{site}-{resource_id}"


# --- identity ---------------------------------------------------------------------------------------------------------
def domain(site: str) -> str:
    return site


def manager_user(site: str) -> str:
    return f"{site}-manager"


def operator_user(site: str) -> str:
    return f"{site}-operator"


def cloud_entry(site: str, credential: str) -> str:
    """The clouds.yaml entry of a site's credential: `admin`, `manager` or `operator`."""
    return f"{site}-{credential}"


def role_of(holder: str) -> str:
    """The assignment of a role to a user or group."""
    return f"{holder}-role"


def network_quota(project: str) -> str:
    return f"{project}-network-quota"


def compute_quota(project: str) -> str:
    return f"{project}-compute-quota"


def tenant_group(tenant: str) -> str:
    return f"{tenant}-members"


# --- network ----------------------------------------------------------------------------------------------------------
BORDER = "border"
"""The transit network on which zones of one site meet."""

INTERNET = "internet"
"""The external network of a site with a registered egress."""


def scope(zone: str, version: int) -> str:
    return f"{zone}-scope{version}"


def pool(zone: str, version: int) -> str:
    return f"{zone}-pool{version}"


def network(owner: str) -> str:
    """Network of a zone, a tenant or the border."""
    return f"{owner}-net"


def subnet(owner: str, version: int) -> str:
    return f"{owner}-subnet{version}"


def wire(zone: str) -> str:
    """Provider network that carries a zone to the other sites."""
    return f"{zone}-wire"


def router(zone: str) -> str:
    return f"{zone}-router"


def leg(zone: str, network_id: str) -> str:
    """Router port of a zone's router in a network."""
    return f"{zone}-leg-{network_id}"


def interface(leg_id: str) -> str:
    """The attachment of a leg to its router."""
    return f"{leg_id}-interface"


def routes(router_id: str) -> str:
    return f"{router_id}-routes"


def group(owner: str) -> str:
    return f"{owner}-group"


def probe(zone: str) -> str:
    return f"{zone}-probe"


def host(service: str, capability: str, serial: int) -> str:
    """A machine of a platform; serial numbers count from 1 and stay."""
    return f"{service}-{capability}-{serial}"


BASTION = "bastion"
"""The port in operations management from which machines are administered, and behind which their packages come."""

MACHINES = "machines"
"""Owner of what all machines of a site have in common."""

KEYPAIR = "operator-key"
"""The key with which the operator logs in to machines for the first time."""

WITHOUT_MACHINES = "without-machines"
"""Name of a file beside clouds.yaml that says: this cloud makes no machines."""

MACHINE_IMAGE = "govnet-debian-12"
"""The image in Glance that machines begin with."""


def machine_port(host_id: str, zone: str) -> str:
    """A machine's port in a zone."""
    return f"{host_id}-in-{zone}"


def share(resource_id: str, project: str) -> str:
    return f"{resource_id}-to-{project}"


def physical_network(site: str) -> str:
    """Physical network of a site's wires."""
    return f"wan-{site}"


# --- routing ----------------------------------------------------------------------------------------------------------
def asn(region_code: str) -> int:
    """Autonomous system number of a region: the private 32-bit range plus its GB/T 2260 code."""
    return 4_200_000_000 + int(region_code)


def route_target(region_code: str, number: int) -> str:
    """Route distinguisher and route target of a VPN instance: `ASN:number`."""
    return f"{asn(region_code)}:{number}"


def town(county: str, serial: int) -> str:
    """Id of a unit below a county; names are not known, so that the serial number is what stays."""
    return f"{county}_{serial:02d}"
