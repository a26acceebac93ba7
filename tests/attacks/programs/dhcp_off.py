"""Subnets without DHCP: machines take whatever addresses they like."""
# stack: suqian.tenants
# guard rail: 的 enableDhcp：蓝图为 true
# pack: 的 enableDhcp：蓝图为 true

from pulumi_openstack import networking
from tampering import added


def before():
    added(networking, "Subnet", enable_dhcp=False)
