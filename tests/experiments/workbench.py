"""A project of its own on the lab, without quotas, that is emptied and deleted afterwards whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import openstack
from openstack.connection import Connection
from openstack.identity.v3._proxy import Proxy as Identity

from lab.places import default_places

_UNLIMITED = ("networks", "subnets", "ports", "routers", "security_groups", "security_group_rules")


def admin() -> Connection:
    """The lab's cloud administrator."""
    config = openstack.config.OpenStackConfig(config_files=[str(default_places().clouds_file)])
    return Connection(config=config.get_one(cloud="lab-admin"))


@contextmanager
def project(name: str) -> Iterator[Connection]:
    """A connection as administrator of a fresh project; leftovers of an earlier run are removed first."""
    cloud = admin()
    identity, user = cloud.identity, cloud.current_user_id
    assert isinstance(identity, Identity)
    assert user
    for left in list(identity.projects(name=name)):
        _empty(cloud.connect_as_project(left))
        identity.delete_project(left)
    made = identity.create_project(name=name, domain_id="default")
    role = identity.find_role("admin", ignore_missing=False)
    identity.assign_project_role_to_user(made, user, role.id)
    inside = cloud.connect_as_project(made)
    try:
        cloud.network.update_quota(made.id, **dict.fromkeys(_UNLIMITED, -1))
        yield inside
    finally:
        _empty(inside)
        cloud.network.delete_quota(made.id)
        identity.delete_project(made)


def _empty(cloud: Connection) -> None:
    """Delete all networking of the connection's project: what is attached before what it is attached to."""
    net, owner = cloud.network, {"project_id": cloud.current_project_id}
    for router in list(net.routers(**owner)):
        net.update_router(router, routes=[])
        for port in list(net.ports(device_id=router.id)):
            net.remove_interface_from_router(router, port=port.id)
        net.delete_router(router)
    for port in list(net.ports(**owner)):
        net.delete_port(port)
    for network in list(net.networks(**owner)):
        net.delete_network(network)
    for group in list(net.security_groups(**owner)):
        if group.name != "default":
            net.delete_security_group(group)
