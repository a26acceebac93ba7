"""Ports that no security group guards."""
# stack: suqian.tenants
# guard rail: 的 portSecurityEnabled：蓝图为 true
# pack: 的 portSecurityEnabled：蓝图为 true

from pulumi_openstack import networking
from tampering import added


def before():
    added(networking, "Network", port_security_enabled=False)
