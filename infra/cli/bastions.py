"""Standing on the bastions of the lab, from which machines are administered. With another cloud the bastion is a machine of its own."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from infra import cloudconfig, stackfiles
from infra.blueprint.types import Blueprint, PlatformPlan, SitePlan
from infra.engine import ROOT
from infra.errors import CloudError
from lab import bastion
from lab.foot import Foot
from lab.places import default_places

if TYPE_CHECKING:
    from infra.observing.api import Api


def stand(blueprint: Blueprint) -> None:
    """Put the bastions of all deployed platforms down, and the package caches behind them. Raises `CloudError`, `ProbeError`."""
    if found := _feet(blueprint):
        bastion.stand(found)


@contextmanager
def standing(blueprint: Blueprint) -> Iterator[None]:
    """The same, and kept so while the block runs: for work on machines that takes long."""
    found = _feet(blueprint)
    with bastion.standing(found) if found else nullcontext():
        yield


def _feet(blueprint: Blueprint) -> dict[str, Foot]:
    """The bastion of each site whose platform is deployed; none with a cloud that is not the lab's."""
    from infra.observing.api import Api  # heavy: a second of imports that only this needs

    clouds = cloudconfig.clouds_file(ROOT)
    if clouds != default_places().clouds_file:
        return {}
    deployed = stackfiles.sites_with_machines(ROOT)
    bastions: dict[str, Foot] = {}
    for site in blueprint.sites:
        if site.platform is not None and site.id in deployed:
            api = Api(clouds, stackfiles.stack_cloud(ROOT, site.id, "platform"))
            bastions[site.id] = _foot(site, site.platform, api)
    return bastions


def _foot(site: SitePlan, plan: PlatformPlan, api: Api) -> Foot:
    ports = api.list("network", "/ports", "ports", [("name", plan.bastion.name)])
    if len(ports) != 1:
        raise CloudError(f"云里没有站点 {site.id} 的堡垒机端口 {plan.bastion.name}。", "先执行 govnet up。")
    zone = next(zone for zone in site.zones if zone.network.id == plan.bastion.network_id)
    network = api.get("network", f"/networks/{ports[0]['network_id']}")["network"]
    return Foot(
        name=bastion.namespace(site.id),
        port_id=ports[0]["id"],
        mac=ports[0]["mac_address"],
        addresses=tuple(
            f"{plan.bastion.addresses.of(subnet.version)}/{ipaddress.ip_network(subnet.cidr).prefixlen}"
            for subnet in zone.network.subnets
        ),
        gateways=tuple(subnet.gateway for subnet in zone.network.subnets if subnet.gateway),
        mtu=network["mtu"],
    )
