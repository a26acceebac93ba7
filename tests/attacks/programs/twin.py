"""The same resource once more, below a component: type and name are those of the blueprint."""
# stack: suqian.identity
# guard rail: GroupV3 “suqian_renshe-members” 登记了两次
# pack: GroupV3 “suqian_renshe-members” 登记了 2 次

import pulumi
from pulumi_openstack import identity


def after(made):
    plan = made["suqian_renshe-members"]
    component = pulumi.ComponentResource("govnet:identity:Second", "second")
    identity.GroupV3(
        "suqian_renshe-members",
        name=plan.name,
        description=plan.description,
        domain_id=plan.domain_id,
        opts=pulumi.ResourceOptions(parent=component),
    )
