"""The same resources by another credential: a provider of one's own."""
# stack: suqian.identity
# guard rail: 的 cloud：应为 “suqian-manager”，程序给出 “suqian-admin”
# pack: 的 cloud：应为 “suqian-manager”，程序给出 “suqian-admin”

import pulumi
import pulumi_openstack
from pulumi_openstack import identity


def after(made):
    powerful = pulumi_openstack.Provider("powerful", cloud="suqian-admin")
    identity.GroupV3("friends", name="friends", opts=pulumi.ResourceOptions(provider=powerful))
