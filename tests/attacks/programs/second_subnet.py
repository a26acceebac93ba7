"""A second subnet in the tenant's network, with addresses that nobody planned."""
# stack: suqian.tenants
# guard rail: Subnet “suqian_renshe-second” 不在蓝图中
# pack: Subnet “suqian_renshe-second” 不在蓝图中

from pulumi_openstack import networking


def after(made):
    network = made["suqian_renshe-net"].id
    networking.Subnet("suqian_renshe-second", network_id=network, ip_version=4, cidr="192.168.0.0/24")
