"""A second rule in a tenant's group: everything from everywhere."""
# stack: suqian.tenants
# guard rail: SecGroupRule “suqian_renshe-any” 不在蓝图中
# pack: SecGroupRule “suqian_renshe-any” 不在蓝图中

from pulumi_openstack import networking


def after(made):
    networking.SecGroupRule(
        "suqian_renshe-any",
        security_group_id=made["suqian_renshe-group"].id,
        direction="ingress",
        ethertype="IPv4",
        remote_ip_prefix="0.0.0.0/0",
    )
