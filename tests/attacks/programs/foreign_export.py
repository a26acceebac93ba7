"""A stack that makes nothing for others tells them a key all the same: whoever reads its state may log in."""
# stack: suqian.identity
# guard rail: 栈的输出 “operator-password”：蓝图里没有叫这个名字的资源
# pack: 栈的输出 “operator-password”：蓝图里没有叫这个名字的资源

import pulumi


def after(made):
    pulumi.export("operator-password", "secret")
