"""A quota that the cloud reads as unlimited."""
# stack: suqian.cloud
# guard rail: 的 cores：蓝图为
# pack: 的 cores：蓝图为

from pulumi_openstack import compute
from tampering import added


def before():
    added(compute, "QuotaSetV2", cores=-1)
