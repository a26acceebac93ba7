"""A network beside the zones, joined by route targets."""
# stack: suqian.identity
# guard rail: V2 “door” 属于不准创建的类型
# pack: V2 “door” 属于不准创建的类型

from pulumi_openstack import bgpvpn


def after(made):
    bgpvpn.V2("door", type="l3", route_targets=["64512:1"])
