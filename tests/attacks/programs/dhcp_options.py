"""A port that is told another boot server."""
# stack: suqian.tenants
# guard rail: 的 extraDhcpOptions：蓝图为 不设
# pack: 的 extraDhcpOptions：蓝图为 不设

from pulumi_openstack import networking
from tampering import added


def before():
    added(networking, "Port", extra_dhcp_options=[{"name": "tftp-server", "value": "203.0.113.9"}])
