"""A router's routes the other way round: to Neutron they are a set."""
# stack: suqian.network

from pulumi_openstack import networking
from tampering import tampered


def before():
    tampered(networking, "RouterRoutesV2", lambda given: given | {"routes": given["routes"][::-1]})
