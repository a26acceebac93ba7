"""What the APIs of a site's cloud answered, as they answered it: the input of the comparison, taken by `infra.observing`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Raw = Mapping[str, Any]
"""One resource, as its API describes it in JSON."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything of one site. Without its domain there is nothing else.

    `others`: resources of kinds that no blueprint declares (floating IPs, trunks, …), by kind in Chinese.
    """

    domain: Raw | None
    projects: Sequence[Raw] = ()
    users: Sequence[Raw] = ()
    groups: Sequence[Raw] = ()
    roles: Sequence[Raw] = ()
    assignments: Sequence[Raw] = ()
    network_quotas: Sequence[Raw] = ()
    compute_quotas: Sequence[Raw] = ()
    flavors: Sequence[Raw] = ()
    networks: Sequence[Raw] = ()
    subnets: Sequence[Raw] = ()
    address_scopes: Sequence[Raw] = ()
    subnetpools: Sequence[Raw] = ()
    routers: Sequence[Raw] = ()
    ports: Sequence[Raw] = ()
    servers: Sequence[Raw] = ()
    security_groups: Sequence[Raw] = ()
    rbac_policies: Sequence[Raw] = ()
    others: Mapping[str, Sequence[Raw]] = field(default_factory=dict)
