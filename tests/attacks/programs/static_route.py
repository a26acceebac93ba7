"""A route of one's own in a zone's router."""
# stack: suqian.identity
# guard rail: RouterRoute “shortcut” 属于不准创建的类型
# pack: RouterRoute “shortcut” 属于不准创建的类型

from pulumi_openstack import networking


def after(made):
    networking.RouterRoute(
        "shortcut",
        router_id="6f1c1f8e-0000-4000-8000-000000000000",
        destination_cidr="0.0.0.0/1",
        next_hop="203.0.113.1",
    )
