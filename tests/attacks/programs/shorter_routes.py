"""Routes left out: a zone that must be reached is not. A list that has only part of what it should."""
# stack: suqian.network
# guard rail: 的 routes：蓝图为
# pack: 的 routes：蓝图为

from pulumi_openstack import networking
from tampering import tampered


def before():
    tampered(networking, "RouterRoutesV2", lambda given: given | {"routes": given["routes"][1:]})
