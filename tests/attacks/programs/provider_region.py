"""A provider with the right credential, in another region."""
# stack: suqian.identity
# guard rail: 的 region：应为 不设，程序给出 “elsewhere”
# pack: 的 region：应为 不设，程序给出 “elsewhere”

import pulumi_openstack


def after(made):
    pulumi_openstack.Provider("elsewhere", cloud="suqian-manager", region="elsewhere")
