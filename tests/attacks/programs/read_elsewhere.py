"""Somebody else's network read in by its id, to hang ports on it."""
# stack: suqian.identity
# guard rail: Network “internet” 使用了按 id 读取
# pack: nothing; a read asks the cloud before the pack is asked

from pulumi_openstack import networking


def after(made):
    networking.Network.get("internet", "6f1c1f8e-0000-4000-8000-000000000000")
