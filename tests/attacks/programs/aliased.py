"""The blueprint's own group takes the place of another's in the state: what was there becomes it."""
# stack: suqian.identity
# guard rail: 使用了aliases
# pack: nothing; this engine tells a pack of no aliases

from pulumi_openstack import identity
from tampering import optioned


def before():
    optioned(
        identity,
        "GroupV3",
        aliases=["urn:pulumi:suqian.identity::govnet::openstack:identity/groupV3:GroupV3::suqian_shuju-members"],
    )
