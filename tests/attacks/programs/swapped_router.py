"""The blueprint's own leg, but on another zone's router."""
# stack: suqian.tenants
# guard rail: 的 routerId：须来自 StackReference “organization/govnet/suqian.network”，程序取自 一个固定的值
# pack: 的 routerId：蓝图为 层 network 的输出 public_shared-router

from infra.layers import tenants


def before():
    honest = tenants.make_leg

    def elsewhere(plan, router, segment, opts):
        return honest(plan, str(router).replace("public_shared", "internet_access"), segment, opts)

    tenants.make_leg = elsewhere
