"""Types of the layers `cloud` and `identity`: what exists of a site before it has any network. The conventions are those of `types`."""

from __future__ import annotations

from dataclasses import dataclass


# --- layer cloud ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class NetworkQuota:
    """Neutron quota of a project; a tenant's is zero but for ports."""

    network: int
    subnet: int
    subnetpool: int
    router: int
    port: int
    floatingip: int
    rbac_policy: int
    security_group: int
    security_group_rule: int


@dataclass(frozen=True, slots=True)
class ComputeQuota:
    """Nova quota of a project; `ram` in MiB."""

    instances: int
    cores: int
    ram: int
    key_pairs: int


@dataclass(frozen=True, slots=True)
class ProjectPlan:
    """A Keystone project, created together with its quotas."""

    id: str
    name: str
    description: str
    network_quota: NetworkQuota
    compute_quota: ComputeQuota
    declared_by: str


@dataclass(frozen=True, slots=True)
class FlavorPlan:
    """A machine size; `ram` in MiB, `disk` in GiB. Public on its cloud; every site has its own, because sites share no state."""

    id: str
    name: str
    vcpus: int
    ram: int
    disk: int


@dataclass(frozen=True, slots=True)
class WirePlan:
    """The provider network that carries one zone of a site to the same zone of other sites (owned by the operator's project)."""

    id: str
    name: str
    zone_id: str
    physical_network: str
    segmentation_id: int
    declared_by: str


@dataclass(frozen=True, slots=True)
class ExternalPlan:
    """The external network of a registered internet egress (IPv4; owned by the operator's project, shared to it alone)."""

    id: str
    name: str
    subnet_id: str
    subnet_name: str
    physical_network: str
    cidr: str
    gateway: str
    pool: tuple[str, str]
    registration: str
    carrier: str
    declared_by: str


@dataclass(frozen=True, slots=True)
class CloudPlan:
    """Layer `cloud`, made with the cloud administrator's credential."""

    domain: str
    domain_description: str
    manager: str
    projects: tuple[ProjectPlan, ...]
    flavors: tuple[FlavorPlan, ...]
    wires: tuple[WirePlan, ...]
    external: ExternalPlan | None


# --- layer identity ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class GroupMembership:
    """A Keystone group of a tenant and the role it has on the tenant's project."""

    id: str
    name: str
    description: str
    project_id: str
    role: str
    declared_by: str


@dataclass(frozen=True, slots=True)
class IdentityPlan:
    """Layer `identity`, made with the domain manager's credential."""

    operator: str
    operator_role: str
    groups: tuple[GroupMembership, ...]
