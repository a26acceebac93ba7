"""A wider rule whose range is sealed as a secret."""
# stack: suqian.tenants
# guard rail: 程序给出 “0.0.0.0/0”
# pack: 的 remoteIpPrefix：蓝图为

import pulumi
from pulumi_openstack import networking
from tampering import added


def before():
    added(networking, "SecGroupRule", remote_ip_prefix=pulumi.Output.secret("0.0.0.0/0"))
