"""A property that the blueprint is silent about, with the very value that the provider fills in."""
# stack: suqian.identity

from pulumi_openstack import identity
from tampering import added


def before():
    added(identity, "User", enabled=True)
