"""A group without state: answers need rules of their own, and such rules let strangers in."""
# stack: suqian.tenants
# guard rail: 的 stateful：蓝图为 不设
# pack: 的 stateful：蓝图为 不设

from pulumi_openstack import networking
from tampering import added


def before():
    added(networking, "SecGroup", stateful=False)
