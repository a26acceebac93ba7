"""A replacement takes the old one away first, and what hangs on it too."""
# stack: suqian.identity
# guard rail: 使用了delete_before_replace
# pack: 使用了 delete_before_replace

from pulumi_openstack import identity
from tampering import optioned


def before():
    optioned(identity, "GroupV3", delete_before_replace=True)
