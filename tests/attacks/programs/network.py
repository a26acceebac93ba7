"""A department's network of its own, beside those of the blueprint."""
# stack: suqian.tenants
# guard rail: Network “shuili-net” 不在蓝图中
# pack: Network “shuili-net” 不在蓝图中

from pulumi_openstack import networking


def after(made):
    networking.Network("shuili-net", name="suqian-shuili-net")
