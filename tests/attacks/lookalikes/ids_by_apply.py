"""The right id, handed on through an `apply`."""
# stack: suqian.identity

from pulumi_openstack import identity
from tampering import tampered


def handed_on(given):
    return given | {"group_id": given["group_id"].apply(lambda group: group)} if given.get("group_id") else given


def before():
    tampered(identity, "RoleAssignment", handed_on)
