"""A zone's address pool that every project may draw from."""
# stack: suqian.network
# guard rail: 的 shared：蓝图为 不设
# pack: 的 shared：蓝图为 不设

from pulumi_openstack import networking
from tampering import added


def before():
    added(networking, "SubnetPool", shared=True)
