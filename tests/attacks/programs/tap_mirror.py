"""A copy of a zone's packets, sent to somebody else."""
# stack: suqian.identity
# guard rail: TaasTapMirrorV2 “ear” 属于不准创建的类型
# pack: TaasTapMirrorV2 “ear” 属于不准创建的类型

import pulumi_openstack


def after(made):
    pulumi_openstack.TaasTapMirrorV2(
        "ear",
        port_id="6f1c1f8e-0000-4000-8000-000000000000",
        mirror_type="gre",
        remote_ip="203.0.113.1",
        directions={"in": "101"},
    )
