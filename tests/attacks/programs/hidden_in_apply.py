"""A wider rule whose range the preview does not know: an unknown is not a permission."""
# stack: suqian.tenants
# guard rail: 的 remoteIpPrefix：蓝图为
# pack: 程序给出 （创建后才知道）

from pulumi_openstack import networking
from tampering import tampered


def before():
    def wide(given):
        return given | {"remote_ip_prefix": made["group"].id.apply(lambda _: "0.0.0.0/0")}

    made = {}
    honest = networking.SecGroup

    class Kept(honest):
        def __init__(self, resource_name, **given):
            super().__init__(resource_name, **given)
            made["group"] = self

    networking.SecGroup = Kept
    tampered(networking, "SecGroupRule", wide)
