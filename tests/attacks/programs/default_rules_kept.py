"""Neutron's own rules stay in the group, and they let everything out."""
# stack: suqian.tenants
# guard rail: 的 deleteDefaultRules：蓝图为 true
# pack: 的 deleteDefaultRules：蓝图为 true

from pulumi_openstack import networking
from tampering import added


def before():
    added(networking, "SecGroup", delete_default_rules=False)
