"""A resource that waits for another one: an order, not another source of a value."""
# stack: suqian.identity

import pulumi
from pulumi_openstack import identity
from tampering import tampered

made = []


def before():
    honest = identity.User

    class Kept(honest):
        def __init__(self, resource_name, **given):
            super().__init__(resource_name, **given)
            made.append(self)

    identity.User = Kept
    tampered(identity, "GroupV3", lambda given: given | {"opts": pulumi.ResourceOptions(depends_on=made)})
