"""Words in a description: nobody looks there, and other programs read them."""
# stack: suqian.tenants
# guard rail: 的 description：蓝图为 不设
# pack: 的 description：蓝图为 不设

from pulumi_openstack import networking
from tampering import added


def before():
    added(networking, "Network", description="vlan=999")
