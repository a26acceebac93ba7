"""A port bound as a direct function of the network card, past the switch and its rules."""
# stack: suqian.tenants
# guard rail: 的 binding：蓝图为 不设
# pack: 的 binding：蓝图为 不设

from pulumi_openstack import networking
from tampering import added


def before():
    added(networking, "Port", binding={"vnic_type": "direct"})
