"""The blueprint's own group, but changes of its description never arrive."""
# stack: suqian.identity
# guard rail: GroupV3 “suqian_renshe-members” 使用了ignore_changes
# pack: “suqian_renshe-members” 使用了 ignore_changes：description

import pulumi
from pulumi_openstack import identity


def before():
    honest = identity.GroupV3

    class Group(honest):
        def __init__(self, resource_name, **given):
            super().__init__(resource_name, opts=pulumi.ResourceOptions(ignore_changes=["description"]), **given)

    identity.GroupV3 = Group
