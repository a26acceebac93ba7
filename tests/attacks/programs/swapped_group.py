"""The blueprint's own rules, put into another tenant's group."""
# stack: suqian.tenants
# guard rail: 的 securityGroupId：须来自 SecGroup “suqian_shuju-group”，程序取自 SecGroup “suqian_renshe-group”
# pack: 的 securityGroupId：须来自 SecGroup “suqian_shuju-group”，程序取自 SecGroup “suqian_renshe-group”

from infra.layers import security

groups = []


def before():
    honest = security.make_rules

    def into_the_first(plans, group, opts):
        groups.append(group)
        honest(plans, groups[0], opts)

    security.make_rules = into_the_first
