"""Who keeps whose logs: what senders (role `base`) and keepers (role `logging`) must be told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from infra.blueprint.hosts import SYSLOG
from infra.blueprint.planned import HostPlan
from infra.blueprint.types import Blueprint, SitePlan
from infra.blueprint.ways import Ways
from infra.inventory.access import Reach, made
from infra.inventory.certificates import authority_file, certificate_name


def keeper_of(site: SitePlan, row: HostPlan) -> HostPlan | None:
    """The made machine that keeps a machine's logs."""
    plan = next(plan for plan in site.logs if plan.host_id == row.id)
    return next((host for host in site.hosts if host.id == plan.kept_by and host.realised), None)


def keepers(blueprint: Blueprint) -> Iterator[tuple[SitePlan, HostPlan]]:
    """Every made machine that keeps its site's logs, its own among them."""
    yield from ((site, row) for site, row in made(blueprint) if keeper_of(site, row) == row)


def told_by(blueprint: Blueprint, keeper: HostPlan) -> tuple[HostPlan, ...]:
    """The keepers of other sites that a flow lets speak to this one: a province's its cities'."""
    ways = Ways(blueprint.permits)
    here = (keeper.site, keeper.zone_id)
    return tuple(
        row
        for _, row in keepers(blueprint)
        if row.site != keeper.site and ways.flows((row.site, row.zone_id), here, "tcp", SYSLOG, SYSLOG)
    )


def sends(site: SitePlan, row: HostPlan) -> dict[str, Any]:
    """Where a machine sends its logs; nowhere while its site's keeper is not made."""
    keeper = keeper_of(site, row)
    return {"base_log_keeper": _answering(keeper) if keeper else {}}


def keeps(blueprint: Blueprint, site: SitePlan, row: HostPlan, reach: Reach) -> dict[str, Any]:
    """Whom a keeper takes logs from, how long it keeps them, and which keeper it tells of security events."""
    own = [host for host in site.hosts if host.realised and keeper_of(site, host) == row]
    senders = [*own, *told_by(blueprint, row)]
    above = next((other for _, other in keepers(blueprint) if row in told_by(blueprint, other)), None)
    return {
        "logging_address": row.addresses.v4,
        "logging_port": SYSLOG,
        "logging_keep_days": next(plan.keep_days for plan in site.logs if plan.host_id == row.id),
        "logging_clients": [
            {
                "name": certificate_name(host),
                "machine": host.name,
                "addresses": [leg.addresses.v4 for leg in host.legs],
            }
            for host in senders
        ],
        "logging_authority_files": [
            str(authority_file(reach.keys, place)) for place in sorted({host.site for host in senders})
        ],
        "logging_province": _above(above, reach) if above else {},
    }


def _above(keeper: HostPlan, reach: Reach) -> dict[str, Any]:
    return {**_answering(keeper), "authority_file": str(authority_file(reach.keys, keeper.site))}


def _answering(keeper: HostPlan) -> dict[str, Any]:
    return {"address": keeper.addresses.v4, "port": SYSLOG, "name": certificate_name(keeper)}
