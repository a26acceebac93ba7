"""A type that is listed as harmless, beside the blueprint's resources."""
# stack: suqian.identity

from pulumi_openstack import compute


def after(made):
    compute.ServerGroup("apart", name="apart", policies="anti-affinity")
