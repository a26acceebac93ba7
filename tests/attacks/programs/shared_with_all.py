"""The blueprint's own share, with everybody instead of one project."""
# stack: suqian.tenants
# guard rail: 的 targetTenant：须来自 StackReference
# pack: 的 targetTenant：蓝图为 层 cloud 的输出

from pulumi_openstack import networking
from tampering import added


def before():
    added(networking, "RbacPolicyV2", target_tenant="*")
