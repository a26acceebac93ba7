"""A fixed id where the blueprint says: the id of a resource of this stack."""
# stack: suqian.tenants
# guard rail: 程序取自 一个固定的值
# pack: 程序取自 一个固定的值

from infra.layers import tenants


def before():
    honest = tenants.make_group

    class Elsewhere:
        id = "6f1c1f8e-0000-4000-8000-000000000000"

    def group(plan, opts):
        honest(plan, opts)
        return Elsewhere

    tenants.make_group = group
