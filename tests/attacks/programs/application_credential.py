"""A key that lives on when its owner has gone."""
# stack: suqian.identity
# guard rail: ApplicationCredential “key” 属于不准创建的类型
# pack: ApplicationCredential “key” 属于不准创建的类型

from pulumi_openstack import identity


def after(made):
    identity.ApplicationCredential("key", unrestricted=True)
