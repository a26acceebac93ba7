"""A component from before the guard rail stood: what is imported below it later never passes the guard rail's transformation."""
# stack: suqian.network
# guard rail: Network “shuili-net” 不在蓝图中
# pack: nothing; an import asks the cloud before the pack is asked

import pulumi
from pulumi_openstack import networking

older = []


def before():
    older.append(pulumi.ComponentResource("govnet:network:Zone", "older"))


def after(made):
    opts = pulumi.ResourceOptions(parent=older[0], import_="6f1c1f8e-0000-4000-8000-000000000000")
    networking.Network("shuili-net", name="shuili-net", opts=opts)
