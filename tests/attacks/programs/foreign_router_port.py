"""A second door: the tenant's network attached to the router of another zone."""
# stack: suqian.tenants
# guard rail: RouterInterface “suqian_renshe-shortcut” 不在蓝图中
# pack: RouterInterface “suqian_renshe-shortcut” 不在蓝图中

from pulumi_openstack import networking


def after(made):
    networking.RouterInterface(
        "suqian_renshe-shortcut",
        router_id="offline:network:internet_access-router",
        subnet_id=made["suqian_renshe-subnet4"].id,
    )
