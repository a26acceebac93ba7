"""A property by the back door: free keys that the provider sends as they are."""
# stack: suqian.tenants
# guard rail: 的 valueSpecs：蓝图为 不设
# pack: 的 valueSpecs：蓝图为 不设

from pulumi_openstack import networking
from tampering import added


def before():
    added(networking, "Network", value_specs={"router:external": "true"})
