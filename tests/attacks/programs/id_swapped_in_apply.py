"""The same behind an `apply`: at the first preview nobody knows the value, and it seems to come from the right group."""
# stack: suqian.tenants
# guard rail: 的 securityGroupId：须来自 SecGroup “suqian_shuju-group”，程序取自
# pack: nothing; a preview that creates the group does not run what is in the apply
# offline: no; the guard rail sees it in the real run, when the group has its id

from infra.layers import security

groups = []


def before():
    honest = security.make_rules

    def into_the_first(plans, group, opts):
        groups.append(group)
        honest(plans, group.apply(lambda _: groups[0]), opts)

    security.make_rules = into_the_first
