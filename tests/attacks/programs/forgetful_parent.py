"""A component that passes no transformation on, and below it the blueprint's own group once more, whose changes are ignored."""
# stack: suqian.identity
# guard rail: 不是在护栏之下登记的
# pack: 登记了 2 次

import pulumi
from pulumi_openstack import identity


def after(made):
    honest = made["suqian_renshe-members"]
    parent = pulumi.ComponentResource("govnet:identity:Group", "forgetful")
    parent._transformations = []
    identity.GroupV3(
        "suqian_renshe-members",
        name=honest.name,
        description=honest.description,
        domain_id=honest.domain_id,
        opts=pulumi.ResourceOptions(parent=parent, ignore_changes=["description"]),
    )
