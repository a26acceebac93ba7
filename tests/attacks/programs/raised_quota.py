"""A tenant's project that may make networks."""
# stack: suqian.cloud
# guard rail: 的 network：蓝图为 0，程序给出 5
# pack: 的 network：蓝图为 0，程序给出 5

from pulumi_openstack import networking


def before():
    honest = networking.QuotaV2

    class Generous(honest):
        def __init__(self, resource_name, **given):
            super().__init__(resource_name, **given | {"network": given["network"] or 5})

    networking.QuotaV2 = Generous
