"""The operator is made, and cannot log in: a provider's default is replaced."""
# stack: suqian.identity
# guard rail: 的 enabled：蓝图为 不设
# pack: 的 enabled：蓝图为 不设

from pulumi_openstack import identity
from tampering import added


def before():
    added(identity, "User", enabled=False)
