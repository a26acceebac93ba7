"""A rule whose other end is whoever is in a group."""
# stack: suqian.tenants
# guard rail: 的 remoteGroupId：蓝图为 不设
# pack: 的 remoteGroupId：蓝图为 不设

from pulumi_openstack import networking
from tampering import tampered


def whoever(given):
    del given["remote_ip_prefix"]  # the provider itself refuses both at once
    return given | {"remote_group_id": "6f1c1f8e-0000-4000-8000-000000000000"}


def before():
    tampered(networking, "SecGroupRule", whoever)
