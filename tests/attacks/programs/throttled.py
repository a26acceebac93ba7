"""A foreign QoS policy on the tenant's network."""
# stack: suqian.tenants
# guard rail: 的 qosPolicyId：蓝图为 不设
# pack: 的 qosPolicyId：蓝图为 不设

from pulumi_openstack import networking
from tampering import added


def before():
    added(networking, "Network", qos_policy_id="6f1c1f8e-0000-4000-8000-000000000000")
