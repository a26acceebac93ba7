"""A harmless list of addresses, and a rule of the blueprint that refers to it."""
# stack: suqian.tenants
# guard rail: 的 remoteAddressGroupId：蓝图为 不设
# pack: 的 remoteAddressGroupId：蓝图为 不设

from pulumi_openstack import networking
from tampering import tampered


def before():
    everybody = networking.AddressGroupV2("everybody", name="everybody", addresses=["0.0.0.0/1", "128.0.0.0/1"])
    tampered(networking, "SecGroupRule", lambda given: given | {"remote_address_group_id": everybody.id})
