"""A trunk: other VLANs behind one port."""
# stack: suqian.identity
# guard rail: Trunk “door” 属于不准创建的类型
# pack: Trunk “door” 属于不准创建的类型

from pulumi_openstack import networking


def after(made):
    networking.Trunk("door", port_id="6f1c1f8e-0000-4000-8000-000000000000", admin_state_up=True)
