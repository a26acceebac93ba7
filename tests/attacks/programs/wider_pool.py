"""A second prefix in a zone's pool: a list that has what it should, and more."""
# stack: suqian.network
# guard rail: 的 prefixes：蓝图为
# pack: 的 prefixes：蓝图为

from pulumi_openstack import networking
from tampering import tampered


def before():
    tampered(networking, "SubnetPool", lambda given: given | {"prefixes": [*given["prefixes"], "172.30.0.0/16"]})
