"""The same behind an `apply`: at the first preview nobody knows the value, and it seems to come from the right group."""
# stack: suqian.tenants
# guard rail: 的 securityGroupId：须来自 SecGroup “suqian_shuju-group”，程序取自
# pack: nothing; a preview that creates the group does not run what is in the apply
# plan: violates plan: dependencies changed
# offline: no; the guard rail sees it in the real run, when the group has its id

from infra.layers import security

groups = []


def before():
    honest = security.make_rules

    def into_the_first(plans, group, opts):
        """Rules of tenants' own groups alone are moved: two kinds of refusal would race for being said first."""
        if all(plan.group_id.startswith("suqian_") for plan in plans):
            groups.append(group)
            group = group.apply(lambda _: groups[0])
        honest(plans, group, opts)

    security.make_rules = into_the_first
