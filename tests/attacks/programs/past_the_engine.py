"""A network that the program makes by calling the cloud itself, in an `apply` of the real run: the engine knows nothing of it."""
# stack: suqian.tenants
# guard rail: nothing; it sees what is registered
# pack: nothing; it sees what is registered
# verify: suqian 多余 网络 suqian-shuili-net
# offline: no; there is no cloud to call

import openstack
import pulumi

from infra import stackfiles
from infra.engine import ROOT


def after(made):
    def call(_):
        if not pulumi.runtime.is_dry_run():
            openstack.connect(cloud=stackfiles.stack_cloud(ROOT, "suqian", "tenants")).network.create_network(
                name="suqian-shuili-net"
            )

    made["suqian_renshe-group"].id.apply(call)
