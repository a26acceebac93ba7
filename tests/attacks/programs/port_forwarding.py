"""A port of an inner machine, on a public address."""
# stack: suqian.identity
# guard rail: PortForwardingV2 “door” 属于不准创建的类型
# pack: PortForwardingV2 “door” 属于不准创建的类型

from pulumi_openstack import networking


def after(made):
    networking.PortForwardingV2(
        "door",
        floatingip_id="6f1c1f8e-0000-4000-8000-000000000000",
        internal_port_id="6f1c1f8e-0000-4000-8000-000000000001",
        internal_ip_address="10.0.0.5",
        internal_port=22,
        external_port=22,
        protocol="tcp",
    )
