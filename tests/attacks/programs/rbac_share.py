"""A tenant's network shared with everybody."""
# stack: suqian.tenants
# guard rail: RbacPolicyV2 “suqian_renshe-net-to-all” 不在蓝图中
# pack: RbacPolicyV2 “suqian_renshe-net-to-all” 不在蓝图中

from pulumi_openstack import networking


def after(made):
    networking.RbacPolicyV2(
        "suqian_renshe-net-to-all",
        action="access_as_shared",
        object_type="network",
        object_id=made["suqian_renshe-net"].id,
        target_tenant="*",
    )
