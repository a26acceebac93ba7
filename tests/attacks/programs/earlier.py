"""Registered before the guard rail stands."""
# stack: suqian.identity
# guard rail: nothing; it sees what is registered after it
# pack: Network “shuili-net” 不在蓝图中

from pulumi_openstack import networking


def before():
    networking.Network("shuili-net", name="suqian-shuili-net")
