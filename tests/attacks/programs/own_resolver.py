"""Names resolved by a machine of one's own."""
# stack: suqian.tenants
# guard rail: 的 dnsNameservers：蓝图为 不设
# pack: 的 dnsNameservers：蓝图为 不设

from pulumi_openstack import networking
from tampering import added


def before():
    added(networking, "Subnet", dns_nameservers=["203.0.113.53"])
