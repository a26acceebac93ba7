"""A department's own VPN."""
# stack: suqian.identity
# guard rail: Service “door” 属于不准创建的类型
# pack: Service “door” 属于不准创建的类型

from pulumi_openstack import vpnaas


def after(made):
    vpnaas.Service("door", router_id="6f1c1f8e-0000-4000-8000-000000000000")
