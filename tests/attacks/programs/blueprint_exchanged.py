"""The blueprint is changed between admission and guard rail, and both layer and guard rail believe it."""
# stack: suqian.identity
# guard rail: nothing; it knows no other blueprint than the program's
# pack: 的 name：蓝图为

from infra import gate


def before():
    honest = gate.admit

    def admit(loaded, *rest):
        site = honest(loaded, *rest)
        for group in site.identity.groups:
            object.__setattr__(group, "name", "admins")
        return site

    gate.admit = admit
