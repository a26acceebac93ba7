"""A component of the house's own with nothing in it."""
# stack: suqian.identity

import pulumi


def after(made):
    pulumi.ComponentResource("govnet:identity:Folder", "folder").register_outputs({})
