"""Somebody else's network taken over by import, which runs no create hook."""
# stack: suqian.tenants
# guard rail: Network “shuili-net” 使用了import
# pack: nothing; an import asks the cloud before the pack is asked

import pulumi
from pulumi_openstack import networking


def after(made):
    networking.Network(
        "shuili-net", name="x", opts=pulumi.ResourceOptions(import_="6f1c1f8e-0000-4000-8000-000000000000")
    )
