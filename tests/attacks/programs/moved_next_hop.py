"""A route by another neighbour: a value deep within a list."""
# stack: suqian.network
# guard rail: 的 routes：蓝图为
# pack: 的 routes：蓝图为

from pulumi_openstack import networking
from tampering import tampered


def elsewhere(given):
    first, *rest = given["routes"]
    moved = networking.RouterRoutesV2RouteArgs(destination_cidr=first.destination_cidr, next_hop="203.0.113.1")
    return given | {"routes": [moved, *rest]}


def before():
    tampered(networking, "RouterRoutesV2", elsewhere)
