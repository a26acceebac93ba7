"""A role that all projects below inherit."""
# stack: suqian.identity
# guard rail: InheritRoleAssignment “all” 属于不准创建的类型
# pack: InheritRoleAssignment “all” 属于不准创建的类型

from pulumi_openstack import identity


def after(made):
    identity.InheritRoleAssignment(
        "all",
        user_id="6f1c1f8e-0000-4000-8000-000000000000",
        domain_id="6f1c1f8e-0000-4000-8000-000000000000",
        role_id="6f1c1f8e-0000-4000-8000-000000000000",
    )
