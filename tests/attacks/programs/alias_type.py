"""A deprecated alias of a type, so that a check by type would not see it."""
# stack: suqian.identity
# guard rail: LbLoadbalancerV2 “door” 属于不准创建的类型（openstack:index/lbLoadbalancerV2:LbLoadbalancerV2）
# pack: engine: unrecognized resource type

import pulumi_openstack


def after(made):
    pulumi_openstack.LbLoadbalancerV2("door", vip_network_id="x")
