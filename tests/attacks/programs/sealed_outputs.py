"""What the cloud reports is sealed in the state, so that nobody can compare it."""
# stack: suqian.identity
# guard rail: 使用了additional_secret_outputs
# pack: 使用了 additional_secret_outputs

from pulumi_openstack import identity
from tampering import optioned


def before():
    optioned(identity, "GroupV3", additional_secret_outputs=["domainId"])
