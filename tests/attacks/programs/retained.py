"""What is taken out of the estate stays in the cloud, and nobody knows of it any more."""
# stack: suqian.identity
# guard rail: 使用了retain_on_delete
# pack: nothing; the engine does not tell a pack of this option

from pulumi_openstack import identity
from tampering import optioned


def before():
    optioned(identity, "GroupV3", retain_on_delete=True)
