"""A component of somebody else's library: what it does is not ours to judge."""
# stack: suqian.identity
# guard rail: nothing; hooks are for resources that a provider makes
# pack: “helper” 属于不准创建的类型

import pulumi


def after(made):
    pulumi.ComponentResource("elsewhere:index:Helper", "helper")
