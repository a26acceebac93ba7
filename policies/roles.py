"""ADAPTER openstacksdk: the ids that Keystone gave its roles, looked up independently of the program that is judged."""

from __future__ import annotations

from functools import cache

import openstack

from infra.errors import CloudError


@cache
def role_id(cloud: str, name: str) -> str:
    """Id of a role at the cloud of a clouds.yaml entry. Raises `CloudError` when it cannot be asked or there is no such role."""
    try:
        role = openstack.connect(cloud=cloud).identity.find_role(name)
    except (openstack.exceptions.SDKException, OSError) as problem:
        raise CloudError(f"核对角色 {name} 时问不到云 {cloud}：{problem}", "检查 clouds.yaml 与网络") from problem
    if role is None:
        raise CloudError(f"云 {cloud} 没有角色 {name}", "由云管理员建立 Keystone 的标准角色")
    return str(role.id)
