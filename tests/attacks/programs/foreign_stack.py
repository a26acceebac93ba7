"""Ids from another site's stack."""
# stack: suqian.identity
# guard rail: 引用了别的站点或别的工程的栈
# pack: nothing; a reference asks the backend before the pack is asked, and there the pack sees it

import pulumi


def after(made):
    pulumi.StackReference("organization/govnet/province.network")
