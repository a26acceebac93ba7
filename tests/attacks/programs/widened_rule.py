"""The blueprint's own rules, made wider on their way to the cloud."""
# stack: suqian.tenants
# guard rail: 的 remoteIpPrefix：蓝图为
# pack: 程序给出 “0.0.0.0/0”

from tampering import widened


def before():
    widened()
