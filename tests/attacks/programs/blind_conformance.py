"""The guard rail's own judge is replaced by one that finds nothing."""
# stack: suqian.identity
# guard rail: nothing; what runs in the program can change everything in it
# pack: GroupV3 “friends” 不在蓝图中

from pulumi_openstack import identity

from policies.conformance import Conformance


def before():
    Conformance.resource = lambda self, key, inputs, ids: []


def after(made):
    identity.GroupV3("friends", name="friends")
