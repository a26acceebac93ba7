"""Every change of a description takes the group away from under its people."""
# stack: suqian.identity
# guard rail: 使用了replace_on_changes
# pack: nothing; the engine does not tell a pack of this option

from pulumi_openstack import identity
from tampering import optioned


def before():
    optioned(identity, "GroupV3", replace_on_changes=["description"])
