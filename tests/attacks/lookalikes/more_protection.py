"""Protected although the blueprint does not ask for it."""
# stack: suqian.identity

from pulumi_openstack import identity
from tampering import optioned


def before():
    optioned(identity, "GroupV3", protect=True)
