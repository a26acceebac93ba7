"""The tenant's own network, shared with everybody by a flag instead of a policy."""
# stack: suqian.tenants
# guard rail: 的 shared：蓝图为 不设
# pack: 的 shared：蓝图为 不设

from pulumi_openstack import networking
from tampering import added


def before():
    added(networking, "Network", shared=True)
