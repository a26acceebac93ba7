"""An option that changes nothing of what is made: more time for a slow cloud."""
# stack: suqian.identity

import pulumi
from pulumi_openstack import identity
from tampering import optioned


def before():
    optioned(identity, "GroupV3", custom_timeouts=pulumi.CustomTimeouts(create="30m"))
