"""Projects without protection: one wrong line, and a tenant's project is gone with all that is in it."""
# stack: suqian.cloud
# guard rail: 应受保护（protect）
# pack: 应受保护（protect）

from pulumi_openstack import identity
from tampering import optioned


def before():
    optioned(identity, "Project", protect=False)
