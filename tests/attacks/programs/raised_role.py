"""The tenant's group with another role than the blueprint's."""
# stack: suqian.identity
# guard rail: 的 roleId：蓝图为 角色 member 的 id，程序给出 “offline:role:admin”
# pack: 的 roleId：蓝图为 角色 member 的 id，程序给出 “offline:role:admin”

from infra.layers.refs import OfflineRefs


def before():
    OfflineRefs.role = lambda self, name: "offline:role:admin"
