"""The same resources in another region, where nobody looks."""
# stack: suqian.tenants
# guard rail: 的 region：蓝图为 不设
# pack: 的 region：蓝图为 不设

from pulumi_openstack import networking
from tampering import added


def before():
    added(networking, "Network", region="elsewhere")
