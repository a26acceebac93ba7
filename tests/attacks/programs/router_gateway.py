"""A department router with a gateway: every zone's router gets the way out to the internet."""
# stack: suqian.network
# guard rail: 的 externalNetworkId：蓝图为 不设
# pack: 的 externalNetworkId：蓝图为 不设

from pulumi_openstack import networking
from tampering import tampered


def before():
    tampered(networking, "Router", lambda given: given | {"external_network_id": "offline:cloud:internet"})
