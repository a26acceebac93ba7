"""A port that may speak with every address, so that a machine behind it can be a router."""
# stack: suqian.tenants
# guard rail: Port “suqian_renshe-nat” 不在蓝图中
# pack: Port “suqian_renshe-nat” 不在蓝图中

from pulumi_openstack import networking


def after(made):
    networking.Port(
        "suqian_renshe-nat",
        network_id=made["suqian_renshe-net"].id,
        allowed_address_pairs=[networking.PortAllowedAddressPairArgs(ip_address="0.0.0.0/1")],
    )
