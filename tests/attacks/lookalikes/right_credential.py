"""A provider of one's own with the stack's own credential."""
# stack: suqian.identity

import pulumi_openstack


def after(made):
    pulumi_openstack.Provider("same", cloud="suqian-manager")
