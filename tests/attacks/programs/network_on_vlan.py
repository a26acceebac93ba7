"""The tenant's network on a VLAN of the province's cables: a private line in all but name."""
# stack: suqian.tenants
# guard rail: 的 segments：蓝图为 不设
# pack: 的 segments：蓝图为 不设

from pulumi_openstack import networking
from tampering import added


def before():
    added(
        networking, "Network", segments=[{"network_type": "vlan", "physical_network": "wires", "segmentation_id": 999}]
    )
