"""A tenant left out: its project would stay without its group."""
# stack: suqian.identity
# guard rail: nothing; hooks see what is registered, not what is left out
# pack: 蓝图要求 GroupV3

from infra.layers import identity


def before():
    identity.make_group = lambda plan, refs: None
